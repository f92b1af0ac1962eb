"""Redirection URIs: compared exactly, but for the port of a native client's loopback address (RFC 8252, 7.3)."""

from urllib.parse import urlsplit

from federation.refusals import InvalidClientRegistration

_LOOPBACK = ("127.0.0.1", "::1")  # not `localhost`, which may resolve elsewhere (RFC 8252, 8.3)


def check_redirect_uri(uri: str, *, native: bool) -> None:
    """What may be registered: https, or for native clients loopback http or a scheme of their own with a dot in it
    (RFC 8252, 7.1). Plain http to ``localhost`` is for development. Raises ``InvalidClientRegistration``."""
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        raise InvalidClientRegistration("a redirection URI cannot be read", pointer="/redirect_uris") from None
    if not uri.isascii() or not uri.isprintable() or " " in uri or "\\" in uri or "*" in uri:
        raise InvalidClientRegistration("a redirection URI holds a character not allowed", pointer="/redirect_uris")
    if "#" in uri or "@" in parts.netloc:
        raise InvalidClientRegistration(
            "a redirection URI has neither fragment nor user information", pointer="/redirect_uris"
        )
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return
    if native and "." in parts.scheme:
        return
    raise InvalidClientRegistration("a redirection URI begins with `https://`", pointer="/redirect_uris")


def is_registered(uri: str, registered: tuple[str, ...], *, native: bool) -> bool:
    """Whether ``uri`` is one of those registered, character by character."""
    if uri in registered:
        return True
    return native and any(_same_but_port(uri, one) for one in registered)


def _same_but_port(uri: str, registered: str) -> bool:
    try:
        asked, known = urlsplit(uri), urlsplit(registered)
        port = asked.port
    except ValueError:
        return False
    if known.scheme != "http" or known.hostname not in _LOOPBACK or port is None:
        return False
    host = "[::1]" if known.hostname == "::1" else known.hostname
    return uri == known._replace(netloc=f"{host}:{port}").geturl()
