"""The code of a step, and the address that enrols an application. pyotp's own checking is not used: it takes a code
twice, and digits that are not ASCII."""

from base64 import b32encode

import pyotp


class TotpCodes:
    """Keeps ``federation.ports.OneTimeCodes``: SHA-1, six digits, 30 seconds, which every application understands."""

    def __init__(self, issuer_name: str = "Tillit") -> None:
        self._issuer_name = issuer_name

    def code(self, secret: bytes, step: int) -> str:
        return str(pyotp.TOTP(b32encode(secret).decode()).generate_otp(step))

    def address(self, secret: bytes, username: str) -> str:
        key = b32encode(secret).decode().rstrip("=")
        return str(pyotp.TOTP(key).provisioning_uri(name=username, issuer_name=self._issuer_name))
