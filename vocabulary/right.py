"""Rights of an assignment: ``activity;information type;scope`` (HSA hsaCommissionRight)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from vocabulary.codes import EVERY_TYPE, INFORMATION_TYPES, Activity
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue


class Scope(StrEnum):
    """How far a right reaches. Scopes are not cumulative; the own unit is always included."""

    OWN_UNIT = "VE"
    OWN_PROVIDER = "VG"
    OTHER_PROVIDERS = "SJF"


@dataclass(frozen=True, slots=True)
class Right:
    """Exactly three parts. ``scope`` is a ``Scope``, or the HSA-id of one unit of the same provider."""

    activity: Activity
    information_type: str
    scope: Scope | HsaId

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``Läsa;alla;VE``. Raises ``InvalidValue`` for unknown parts, and for more or fewer than three."""
        parts = text.split(";")
        if len(parts) != 3:
            raise InvalidValue("a right has exactly three parts, `activity;information type;scope`")
        activity, information_type, scope = parts
        if information_type != EVERY_TYPE and information_type not in INFORMATION_TYPES:
            raise InvalidValue("the second part of a right is `alla` or an information type")
        try:
            return cls(Activity(activity), information_type, _scope(scope))
        except ValueError:
            raise InvalidValue("the first part of a right is `Läsa`, `Skriva` or `Signera`") from None

    def covers_type(self, information_type: str) -> bool:
        return self.information_type in (EVERY_TYPE, information_type)

    def __str__(self) -> str:
        return f"{self.activity};{self.information_type};{self.scope}"


def _scope(text: str) -> Scope | HsaId:
    try:
        return Scope(text)
    except ValueError:
        return HsaId.parse(text)
