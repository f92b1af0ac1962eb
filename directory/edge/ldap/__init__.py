"""The directory in LDAP: a private slapd or a server of yours, spoken to through ldap3. Nothing outside knows LDAP.

``store.LdapStore`` keeps ``directory.ports.DirectoryStore``; ``slapd_child.SlapdChild`` is the embedded server;
``connections`` says how to reach either. Nothing here decides what may be changed.
"""
