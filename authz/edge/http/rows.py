"""What the registers' routers share: the shapes of bodies, who may do what, and a row as JSON.

A personal number stands in request bodies only. What the caller may not know of is answered as if it did not exist.
"""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from authz.actions.desk import Desk
from authz.actions.records import instant_text, plain
from authz.ports import Act, DelegationTerms, Kind, Row
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

Authenticate = Callable[[Request], Caller]

REGISTRARS = frozenset({"tillit:registers", "tillit:admin"})
ADMINISTRATORS = frozenset({"tillit:admin"})

_NOT_TOLD = frozenset({"id", "version", "patient", "patients"})


class Body(BaseModel):
    """A request body; an unknown member is refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=1_000)


class PatientBody(Body):
    kind: str
    value: str = Field(repr=False)

    def read(self) -> PersonalIdentityNumber:
        return PersonalIdentityNumber.parse(self.value, self.kind)


class PatientQuery(Body):
    patient: PatientBody


class EndBody(Body):
    reason: str


class PeriodBody(Body):
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None

    def period(self) -> Period:
        return Period(self.from_, self.to)


def caller_with(authenticate: Authenticate, scopes: frozenset[str], *, people: bool = True) -> Any:
    """A parameter default that gives the caller. Raises ``NotAllowed`` when none of ``scopes`` was granted, and for
    somebody logged in where only applications (``people=False``) are served."""

    def caller(request: Request) -> Caller:
        found = authenticate(request)
        if found.person is not None and not people:
            raise NotAllowed("an application does this, by its own token")
        if found.scopes.isdisjoint(scopes):
            raise NotAllowed(f"one of the scopes {', '.join(f'`{scope}`' for scope in sorted(scopes))} is needed")
        return found

    return Depends(caller)


def need_unit_of_caller(desk: Desk, caller: Caller, unit: HsaId) -> None:
    """Raises ``NotAllowed`` for a unit of a member that the caller may not act for."""
    if not _may_unit(desk, caller, unit):
        raise NotAllowed("the unit belongs to another member")


def need_provider_of_caller(desk: Desk, caller: Caller, provider: HsaId) -> None:
    if caller.members is None:
        return
    member = desk.directory().member_of_provider(provider)
    if member is None or not caller.may_act_for(member):
        raise NotAllowed("the care provider belongs to another member")


def own_row(desk: Desk, caller: Caller, kind: Kind, row_id: str) -> Row:
    """A row that the caller may know of. Raises ``UnknownRecord``."""
    row = desk.book.row(kind, row_id)
    if row is None or not may_know(desk, caller, row):
        raise UnknownRecord("there is no such record")
    return row


def may_know(desk: Desk, caller: Caller, row: Row) -> bool:
    """True when the row's unit, or its provider, belongs to a member that the caller acts for."""
    if caller.members is None:
        return True
    content = row.content
    if isinstance(content, DelegationTerms):
        return any(_may_unit(desk, caller, unit) for unit in content.units)
    unit, provider = getattr(content, "unit", None), getattr(content, "provider", None)
    if provider is not None:
        member = desk.directory().member_of_provider(provider)
        return member is not None and caller.may_act_for(member)
    return unit is not None and _may_unit(desk, caller, unit)


def _may_unit(desk: Desk, caller: Caller, unit: HsaId) -> bool:
    if caller.members is None:
        return True
    member = desk.directory().member_of_unit(unit)
    return member is not None and caller.may_act_for(member)


def row_json(row: Row) -> dict[str, Any]:
    """The row without its patient: whoever asks knows her, and nobody else is told."""
    content = plain(row.content)
    shown = {name: value for name, value in content.items() if name not in _NOT_TOLD and name != "period"}
    if "period" in content:
        shown["from"], shown["to"] = content["period"]
    end = row.end
    return {
        "id": row.id,
        "version": row.version,
        **shown,
        "note": row.note,
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


def rows_json(desk: Desk, caller: Caller, rows: tuple[Row, ...]) -> dict[str, Any]:
    return {"items": [row_json(row) for row in rows if may_know(desk, caller, row)]}
