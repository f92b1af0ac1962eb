"""What the registers' routers share: the shapes of bodies, who may come in at all, and a row as JSON.

A personal number stands in bodies only. Who may do what with a row: ``authz.actions.rights``.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from authz.actions.records import instant_text, plain
from authz.ports import Act, Kind, Row
from authz.refusals import NotAllowed
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue

Authenticate = Callable[[Request], Caller]

REGISTRARS = frozenset({"tillit:registers", "tillit:admin"})
ADMINISTRATORS = frozenset({"tillit:admin"})

_NOT_TOLD = frozenset({"id", "version", "patient", "patients"})
_ASKED_BY = {Kind.CONSENT: "represented_by", Kind.BLOCK: "asked_by"}
"""Who spoke for the patient, by the name that each register has for it."""


class Body(BaseModel):
    """A request body; an unknown member is refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=1_000)


class PatientBody(Body):
    kind: str
    value: str = Field(repr=False)

    def read(self) -> PersonalIdentityNumber:
        """Raises ``InvalidValue``, which never repeats what was sent."""
        try:
            return PersonalIdentityNumber.parse(self.value, self.kind)
        except InvalidValue as wrong:
            raise InvalidValue(wrong.description, pointer="/patient") from None


class PatientQuery(Body):
    patient: PatientBody


class EndBody(Body):
    reason: str


def _of_any_zone(instant: datetime) -> datetime:
    if not 1 < instant.year < 9999:
        raise ValueError("the year is one of four digits that every time zone has")
    return instant


Instant = Annotated[AwareDatetime, AfterValidator(_of_any_zone)]


class PeriodBody(Body):
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None

    def period(self) -> Period:
        return Period(self.from_, self.to)


def caller_with(authenticate: Authenticate, scopes: frozenset[str]) -> Any:
    """A parameter default that gives the caller. Raises ``NotAllowed`` when none of ``scopes`` was granted."""

    def caller(request: Request) -> Caller:
        found = authenticate(request)
        if found.scopes.isdisjoint(scopes):
            raise NotAllowed(f"one of the scopes {', '.join(f'`{scope}`' for scope in sorted(scopes))} is needed")
        return found

    return Depends(caller)


def parse_id(text: str, pointer: str) -> HsaId:
    """Raises ``InvalidValue`` with the pointer."""
    try:
        return HsaId.parse(text)
    except InvalidValue as wrong:
        raise InvalidValue(wrong.description, pointer=pointer) from None


def parse_optional_id(text: str | None, pointer: str) -> HsaId | None:
    return None if text is None else parse_id(text, pointer)


def row_json(row: Row) -> dict[str, Any]:
    """The row without its patient: whoever asks knows her, and nobody else is told."""
    content = plain(row.content)
    shown = {name: value for name, value in content.items() if name not in _NOT_TOLD and name != "period"}
    if "period" in content:
        shown["from"], shown["to"] = content["period"]
    end, asked_by = row.end, _ASKED_BY.get(row.kind)
    return {
        "id": row.id,
        "version": row.version,
        **shown,
        "note": row.note,
        **({} if asked_by is None else {asked_by: row.asked_by}),
        "registered_by": row.registered_by,
        "registered_at": instant_text(row.registered_at),
        "ended": None
        if end is None
        else {"at": instant_text(end.at), "by": end.by, "reason": end.reason, "annulled": end.annulled},
    }


def acts_json(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """A history, oldest first."""
    return [
        {
            "what": act.what,
            "by": act.by,
            "at": instant_text(act.at),
            "note": act.note,
            "level": None if act.level is None else act.level.name.lower(),
            "document": act.document,
            "version": act.version,
        }
        for act in acts
    ]
