"""The account of reading applications on the embedded server: its password is random, made by us, and kept in a file.

Boundary: the password, there and in LDAP. What the account may see is ``slapd_config.readers_access``.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path

import ldap3

from directory.edge.ldap.names import READER_DN
from directory.edge.ldap.refusals import SlapdWillNotStart


def password_in(file: Path, random_bytes: Callable[[int], bytes]) -> str:
    """The password that stands in ``file``, which is made, for its owner only, where it is missing."""
    if not file.exists():
        password = base64.urlsafe_b64encode(random_bytes(24)).decode()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(password)
    return file.read_text(encoding="ascii").strip()


def let_reader_in(connection: ldap3.Connection, password: str, random_bytes: Callable[[int], bytes]) -> None:
    """See that the account has the password. Raises ``SlapdWillNotStart`` when the server will not have it."""
    connection.search(READER_DN, "(objectClass=*)", ldap3.BASE, attributes=["userPassword"])
    held = [value for found in connection.response or () for value in found["raw_attributes"]["userPassword"]]
    if any(_is_hash_of(value, password) for value in held):
        return
    new = {"userPassword": [(ldap3.MODIFY_REPLACE, [_hashed(password, random_bytes(8))])]}
    if not connection.modify(READER_DN, new):  # type: ignore[no-untyped-call]  # the stubs lack it
        raise SlapdWillNotStart("the account of reading applications could not be set", detail=READER_DN)


def _hashed(password: str, salt: bytes) -> str:
    """Salted SHA-1 as slapd knows it without modules. The password is 192 random bits: no hash can be too fast."""
    digest = hashlib.sha1(password.encode() + salt, usedforsecurity=False).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def _is_hash_of(value: bytes, password: str) -> bool:
    try:
        salt = base64.b64decode(value.removeprefix(b"{SSHA}"), validate=True)[20:]
    except ValueError:
        return False
    return hmac.compare_digest(value, _hashed(password, salt).encode())
