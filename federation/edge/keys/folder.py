"""Signing keys in a folder: one PEM file per key (mode 0600) and ``signing.json`` that tells their states.

Not for using the keys: ``edge.jose.key_ring`` does. On several machines the folder is shared or distributed as a whole.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwk as python_jose

from federation.core.jwk import thumbprint
from federation.core.signing_key import SIGNING_ALGORITHMS, KeyState, SigningKey, rotated
from vocabulary.clock import Clock

RSA_BITS = 2_048
STATE_FILE = "signing.json"


class KeyFolder:
    """``load`` gives every key that is still published, making the first ones when the folder is new."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def load(self) -> tuple[tuple[SigningKey, bytes], ...]:
        """Each key with its private PEM. Raises ``OSError`` or ``ValueError`` when the folder cannot be trusted."""
        if not self._state_file.exists():
            self._make_first()
        keys = self._read_state()
        return tuple((key, self._read_pem(key.kid)) for key in keys)

    def stamp(self) -> int:
        """Changes whenever the state does, on this machine or another; 0 before the first keys are made."""
        try:
            return self._state_file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def rotate(self, alg: str) -> None:
        """See ``core.signing_key.rotated``. Files of keys that are no longer published are removed last."""
        now = self._clock.now()
        before = self._read_state()
        after = rotated(before, alg, self._make_key(alg), now)
        self._write_state(after)
        for kid in {key.kid for key in before} - {key.kid for key in after}:
            self._pem_file(kid).unlink(missing_ok=True)

    @property
    def _state_file(self) -> Path:
        return self._folder / STATE_FILE

    def _pem_file(self, kid: str) -> Path:
        return self._folder / f"signing-{kid}.pem"

    def _make_first(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = self._clock.now()
        self._write_state(
            tuple(
                SigningKey(self._make_key(alg), alg, state, now)
                for alg in SIGNING_ALGORITHMS
                for state in (KeyState.CURRENT, KeyState.NEXT)
            )
        )

    def _make_key(self, alg: str) -> str:
        made = (
            ec.generate_private_key(ec.SECP256R1())
            if alg == "ES256"
            else rsa.generate_private_key(public_exponent=65_537, key_size=RSA_BITS)
        )
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        kid = thumbprint(public_jwk(pem, alg))
        _write_private(self._pem_file(kid), pem)
        return kid

    def _read_pem(self, kid: str) -> bytes:
        file = self._pem_file(kid)
        if file.stat().st_mode & 0o077:
            raise PermissionError(f"the key file {file.name} may be read by others; it must have mode 0600")
        return file.read_bytes()

    def _read_state(self) -> tuple[SigningKey, ...]:
        written = json.loads(self._state_file.read_text())
        return tuple(
            SigningKey(row["kid"], row["alg"], KeyState(row["state"]), datetime.fromisoformat(row["since"]))
            for row in written["keys"]
        )

    def _write_state(self, keys: tuple[SigningKey, ...]) -> None:
        rows = [
            {"kid": key.kid, "alg": key.alg, "state": str(key.state), "since": key.since.isoformat()} for key in keys
        ]
        _write_private(self._state_file, json.dumps({"keys": rows}, indent=1).encode())


def public_jwk(pem: bytes, alg: str) -> Mapping[str, Any]:
    """The public half of a private key, as a JWK of texts."""
    raw = python_jose.construct(pem, alg).public_key().to_dict()
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in raw.items()}


def _write_private(file: Path, content: bytes) -> None:
    """Whole or not at all, durable, and never readable by others, not even for an instant."""
    part = file.with_suffix(file.suffix + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
