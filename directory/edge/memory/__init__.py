"""The directory's store in memory, for tests and scratch worlds: keeps the same promises as the one in LDAP."""
