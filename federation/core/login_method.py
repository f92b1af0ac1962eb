"""What each way to log in proves: one table. A new way is a row here, a page, and nothing else."""

from dataclasses import dataclass

from vocabulary.assurance import AssuranceLevel


@dataclass(frozen=True, slots=True)
class LoginMethod:
    """``name`` is also the key of its texts, ``path`` its first page; ``proves`` are names of RFC 8176 for ``amr``."""

    name: str
    path: str
    level: AssuranceLevel
    proves: tuple[str, ...]


PASSWORD_AND_CODE = LoginMethod("password", "/login/password", AssuranceLevel.LOA2, ("pwd", "otp", "mfa"))

LOGIN_METHODS = (PASSWORD_AND_CODE,)


def methods_for(level: AssuranceLevel, methods: tuple[LoginMethod, ...] = LOGIN_METHODS) -> tuple[LoginMethod, ...]:
    """Those that prove enough, in the order in which they are offered."""
    return tuple(method for method in methods if method.level >= level)
