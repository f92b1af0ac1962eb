"""The cookies of the federation: the login session, the browser that an interaction belongs to, an activation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes. With https the names carry ``__Host-`` (RFC 6265bis 4.1.3), which no sibling host can set.

    ``secure`` is false only for an issuer on ``http://localhost``. SameSite is Lax: the way back from a client is a
    top-level navigation.
    """

    secure: bool

    @property
    def session(self) -> str:
        return self._prefix + "tillit-session"

    @property
    def browser(self) -> str:
        return self._prefix + "tillit-browser"

    @property
    def activation(self) -> str:
        return self._prefix + "tillit-activation"

    @property
    def _prefix(self) -> str:
        return "__Host-" if self.secure else ""

    def attributes(self) -> str:
        return "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")

    def put(self, name: str, value: str) -> str:
        """The value of a ``Set-Cookie`` header. It ends with the browser; the server's own expiry rules."""
        return f"{name}={value}{self.attributes()}"

    def clear(self, name: str) -> str:
        return f"{name}={self.attributes()}; Max-Age=0"
