"""Connections to a directory server of yours: TLS that is verified, a password or a certificate, every wait bounded.

What can go wrong on the way in is told apart, in sentences that name the remedy (``refusals``), since an administrator
who wires two systems together has nothing else to go by. What a server must hold and allow is ``server_check``'s
question.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPExceptionError, LDAPSessionTerminatedByServerError, LDAPStartTLSError
from pyasn1.error import PyAsn1Error

from directory.edge.ldap.connections import CONNECT_TIMEOUT_S, opened
from directory.edge.ldap.refusals import (
    CertificateRefused,
    FeatureMissing,
    LoginRefused,
    ServerUnfit,
    ServerUnreachable,
)
from directory.edge.ldap.servers import Open
from directory.refusals import StoreUnavailable
from vocabulary.refusals import InvalidValue

_EXPIRED, _NOT_YET = 10, 9
_OTHER_NAME = {62, 64}  # host name and IP address, as OpenSSL's X509_V_ERR_… number them
_START_TLS, _TLS = "ldap", "ldaps"


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """A simple bind (RFC 4513 5.1.3). The password is asked for at each connection, so that it can be changed."""

    dn: str
    read_password: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CertificateLogin:
    """SASL EXTERNAL over TLS (RFC 4513 5.2.3): who we are is what the server makes of the certificate. PEM files."""

    certificate_file: Path
    key_file: Path


Login = PasswordLogin | CertificateLogin


def parse_url(url: str) -> str:
    """``ldaps://host[:port]``, or ``ldap://host[:port]`` where StartTLS is demanded, without anything behind: there is
    no clear text. Raises ``InvalidValue``."""
    parts = urlsplit(url)
    try:
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise InvalidValue(f"`{url}` is no address of a directory server") from None
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in (_START_TLS, _TLS) or not host or more:
        raise InvalidValue(
            f"`{url}` is no address of a directory server: write `ldaps://host:port`, or `ldap://host:port` for "
            "StartTLS"
        )
    return url.rstrip("/")


def over_network(url: str, login: Login, ca_file: Path | None = None) -> Open:
    """Connections to the server at ``url`` (as ``parse_url`` takes it). Its certificate must come from a certificate
    authority in ``ca_file`` (PEM; ``None`` means those that the system trusts) and carry the host's name.

    Opening raises ``ServerUnfit`` kinds.
    """
    url = parse_url(url)

    def open_one() -> ldap3.Connection:
        credentials = _credentials(login)
        tls = _StrictTls(login if isinstance(login, CertificateLogin) else None, ca_file)
        server = ldap3.Server(url, tls=tls, get_info=ldap3.NONE, connect_timeout=CONNECT_TIMEOUT_S)
        try:
            return opened(server, start_tls=not server.ssl, **credentials)
        except StoreUnavailable as refused:
            raise LoginRefused(_why_not_let_in(url, login, refused.detail or "")) from refused
        except (LDAPExceptionError, OSError) as problem:
            if tls.agreed is not None:
                tls.agreed.close()  # ldap3 forgets a socket that the other side has closed.
            raise _meaning(url, tls, problem) from problem
        except (LookupError, ValueError, PyAsn1Error) as nonsense:
            # What ldap3 makes of bytes that are no LDAP.
            said = f"what answers at `{url}` does not speak LDAP: is that the directory server's port?"
            raise ServerUnreachable(said) from nonsense

    return open_one


class _StrictTls(ldap3.Tls):
    """ldap3 checks host names by rules of its own and loses what went wrong; OpenSSL does and tells both."""

    def __init__(self, login: CertificateLogin | None, ca_file: Path | None) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self.problem: Exception | None = None
        self.agreed: ssl.SSLSocket | None = None
        self._login, self._ca_file = login, ca_file

    @property
    def shows_certificate(self) -> bool:
        return self._login is not None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        try:
            context = self._context()
            self.agreed = context.wrap_socket(connection.socket, server_hostname=connection.server.host)
            connection.socket = self.agreed
        except Exception as problem:
            self.problem = problem
            raise

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=None if self._ca_file is None else str(self._ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._login is not None:
            context.load_cert_chain(self._login.certificate_file, self._login.key_file)
        return context


def _credentials(login: Login) -> dict[str, Any]:
    if isinstance(login, CertificateLogin):
        return {"authentication": ldap3.SASL, "sasl_mechanism": ldap3.EXTERNAL, "sasl_credentials": ""}
    try:
        password = login.read_password()
    except (OSError, UnicodeError) as problem:
        raise LoginRefused(f"the password cannot be read ({problem}): see `ldap_password_file`") from problem
    if not password:
        raise LoginRefused("the password is empty, which would be a login as nobody: see `ldap_password_file`")
    return {"authentication": ldap3.SIMPLE, "user": login.dn, "password": password}


def _why_not_let_in(url: str, login: Login, said: str) -> str:
    if isinstance(login, PasswordLogin):
        return (
            f"`{url}` does not let `{login.dn}` in ({said}): the password is wrong, or there is no such account; see "
            "`ldap_bind_dn` and `ldap_password_file`"
        )
    return (
        f"`{url}` does not accept our certificate as a login ({said}): it must ask for one (`TLSVerifyClient demand`) "
        "and trust who issued it (`TLSCACertificateFile`)"
    )


def _meaning(url: str, tls: _StrictTls, problem: Exception) -> ServerUnfit:
    match tls.problem:
        case ssl.SSLCertVerificationError() as refused:
            return CertificateRefused(_why_not_trusted(url, refused))
        case FileNotFoundError() | PermissionError() | IsADirectoryError():
            return CertificateRefused(
                "a file of certificates cannot be read: see `ldap_ca_file`, `ldap_certificate_file`, `ldap_key_file`",
                detail=str(tls.problem),
            )
        case TimeoutError() | ConnectionError():
            return ServerUnreachable(f"`{url}` does not answer ({tls.problem})")
        case ssl.SSLError() as failed:
            return CertificateRefused(
                f"`{url}` and we cannot agree on TLS ({failed.reason or failed}): see that LDAP over TLS is served at "
                "this port, and that the files of certificate and key are PEM and belong together"
            )
    if isinstance(problem, LDAPStartTLSError):
        return FeatureMissing(
            f"`{url}` offers no StartTLS ({problem}): give the server `TLSCertificateFile` and "
            "`TLSCertificateKeyFile`, or name its `ldaps://` address"
        )
    ended = isinstance(problem, LDAPSessionTerminatedByServerError | ConnectionError)
    if tls.shows_certificate and tls.agreed is not None and ended:
        # With TLS 1.3 we are through before the server looks at our certificate, and it then ends the session.
        return CertificateRefused(
            f"`{url}` ended the session when it saw our certificate ({problem}): see that it is valid and that the "
            "server knows who issued it (`TLSCACertificateFile`)"
        )
    return ServerUnreachable(f"`{url}` does not answer ({problem}): is it running, and does a firewall let us through?")


def _why_not_trusted(url: str, refused: ssl.SSLCertVerificationError) -> str:
    said = refused.verify_message
    if refused.verify_code == _EXPIRED:
        return f"the certificate of `{url}` has expired: renew it"
    if refused.verify_code == _NOT_YET:
        return f"the certificate of `{url}` is not valid yet: see whether the clocks of both machines are right"
    if refused.verify_code in _OTHER_NAME:
        return (
            f"the certificate of `{url}` is another host's ({said}): write the name that stands in it into "
            "`ldap_uri`, or have one issued for this name"
        )
    return (
        f"the certificate of `{url}` is issued by nobody whom we trust ({said}): name the file of its certificate "
        "authority in `ldap_ca_file`"
    )
