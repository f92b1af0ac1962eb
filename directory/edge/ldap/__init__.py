"""The directory in LDAP: a private slapd or a server of yours, spoken to through ldap3. Nothing outside knows LDAP.

``store.LdapStore`` keeps ``directory.ports.DirectoryStore``; ``slapd_child.SlapdChild`` is the embedded server;
``connections`` and ``network`` say how to reach either, ``server_check`` whether yours can hold the directory.
Nothing here decides what may be changed.
"""

import warnings

with warnings.catch_warnings():
    # ldap3's last release speaks to pyasn1 by names that pyasn1 has renamed since; it warns once, when it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3  # noqa: F401 - imported here so that nobody else meets the warning
