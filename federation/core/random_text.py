"""Unguessable texts: 256 random bits in base64url, 43 characters."""

import base64
from collections.abc import Callable


def random_text(random_bytes: Callable[[int], bytes], count: int = 32) -> str:
    return base64.urlsafe_b64encode(random_bytes(count)).rstrip(b"=").decode()
