"""What this edge alone refuses, when it starts; the room's tree is in ``directory.refusals``.

::

    DirectoryUnavailable
    ├── SlapdWillNotStart       slapd_will_not_start      the embedded server cannot run here
    └── ServerUnfit             ldap_server_unfit         a server of yours cannot hold the directory
        ├── ServerUnreachable   ldap_unreachable          nobody answers at its address
        ├── CertificateRefused  ldap_certificate_refused  expired, of another host, or issued by nobody we trust
        ├── LoginRefused        ldap_login_refused        the password or our certificate is not accepted
        ├── BaseMissing         ldap_base_missing         it does not serve our tree, or holds nothing at its top
        ├── SchemaUnfit         ldap_schema_unfit         it does not know our classes and attributes, or otherwise
        ├── RightsMissing       ldap_rights_missing       we may not write, or not read, what we must
        └── FeatureMissing      ldap_feature_missing      no transactions, or no content synchronisation

The message says the remedy. While Tillit runs, each of them is ``StoreUnavailable`` to everybody outside.
"""

from directory.refusals import DirectoryUnavailable


class SlapdWillNotStart(DirectoryUnavailable):
    """Names what is in the way and what to do about it."""

    code = "slapd_will_not_start"


class ServerUnfit(DirectoryUnavailable):
    """Names the server by its address, what is wrong with it, and what to do about it."""

    code = "ldap_server_unfit"


class ServerUnreachable(ServerUnfit):
    code = "ldap_unreachable"


class CertificateRefused(ServerUnfit):
    code = "ldap_certificate_refused"


class LoginRefused(ServerUnfit):
    code = "ldap_login_refused"


class BaseMissing(ServerUnfit):
    code = "ldap_base_missing"


class SchemaUnfit(ServerUnfit):
    code = "ldap_schema_unfit"


class RightsMissing(ServerUnfit):
    code = "ldap_rights_missing"


class FeatureMissing(ServerUnfit):
    code = "ldap_feature_missing"
