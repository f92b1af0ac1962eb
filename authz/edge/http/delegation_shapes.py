"""Delegations as they go over HTTP: the bodies of requests, and what of a delegation is told to whom.

Who may know of one: its delegator, its recipient, the chief nurses and heads of operations of both members, and
applications of either member. For everybody else there is none. The patients are told to people alone, who need to know
for whom; an application that asks knows her already.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from authz.actions.delegating.document import document_of, hash_of
from authz.actions.delegating.overseers import all_overseers, giving_member, receiving_members
from authz.actions.delegating.step import state_now
from authz.actions.delegating.written import Written, catalogue_task
from authz.actions.desk import Desk
from authz.core.delegation_state import DelegationState
from authz.edge.http.rows import Body, PatientBody, PeriodBody, parse_id, row_json
from authz.ports import DelegationTerms, Kind, Row, StaffView, Weight
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.network_zone import NetworkZone
from vocabulary.stockholm import ZONE


class NewDelegation(PeriodBody):
    """``delegator`` may be left out by who is logged in: it is she."""

    delegator: str | None = None
    recipient: str
    task: str = Field(max_length=64)
    units: list[str] = Field(min_length=1, max_length=50)
    patients: list[PatientBody] = Field(default_factory=list, max_length=200)
    once: bool = False
    renews: str | None = Field(default=None, max_length=64)

    def written(self, caller: Caller) -> Written:
        delegator = caller.person if self.delegator is None else parse_id(self.delegator, "/delegator")
        if delegator is None:
            raise NotAllowed("an application says who delegates", pointer="/delegator")
        return Written(
            delegator,
            parse_id(self.recipient, "/recipient"),
            self.task,
            frozenset(parse_id(unit, "/units") for unit in self.units),
            self.period(),
            tuple(dict.fromkeys(patient.read() for patient in self.patients)),
            self.once,
            self.renews,
        )


class PaperBody(NewDelegation):
    accepted: bool
    receiving_member_agreed: bool = False


class SignatureBody(Body):
    """``document`` is the hash of the document as it was shown; see ``GET …/document``."""

    document: str = Field(pattern="^[0-9a-f]{64}$")
    network_zone: NetworkZone = NetworkZone.OPEN


class ReportBody(Body):
    weight: Weight
    text: str
    patient: PatientBody | None = None


_SIGNATURES = ("signed", "accepted", "agreed", "on_paper")


class DelegationsShown:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def known(self, row_id: str, caller: Caller) -> Row:
        """Raises ``UnknownRecord`` for one that the caller may not know of."""
        row = self._desk.book.row(Kind.DELEGATION, row_id)
        if row is None or not self._may_know(self._desk.directory(), row, caller):
            raise UnknownRecord("there is no such record")
        return row

    def one(self, row: Row, caller: Caller) -> dict[str, Any]:
        last = self._desk.book.last_acts(row.kind, [row.id]).get(row.id)
        return self._told(row, None if last is None else last.what, caller)

    def many(self, rows: Iterable[Row], caller: Caller, state: DelegationState | None) -> list[dict[str, Any]]:
        view = self._desk.directory()
        known = [row for row in rows if self._may_know(view, row, caller)]
        acts = self._desk.book.last_acts(Kind.DELEGATION, [row.id for row in known])
        told = [self._told(row, acts[row.id].what if row.id in acts else None, caller) for row in known]
        return [one for one in told if state is None or one["state"] == state]

    def document(self, row: Row) -> dict[str, object]:
        terms = _terms(row)
        return document_of(terms, catalogue_task(self._desk, terms.task))

    def printable(self, row: Row, caller: Caller) -> dict[str, Any]:
        """What the printed page needs: names beside ids, and the signatures with their hashes."""
        terms, view, book = _terms(row), self._desk.directory(), self._desk.book
        made = self.document(row)
        acts = book.history(Kind.DELEGATION, row.id)
        return {
            "delegation": self.one(row, caller),
            "task": catalogue_task(self._desk, terms.task),
            "names": {str(entry): view.name_of(entry) for entry in (terms.delegator, terms.recipient, *terms.units)},
            "units": sorted(str(unit) for unit in terms.units),
            **{end: _day_text(at) for end, at in (("from", terms.period.start), ("to", terms.period.end))},
            "signatures": [(act, _day_text(act.at)) for act in acts if act.what in _SIGNATURES],
            "hash": hash_of(made),
        }

    def _told(self, row: Row, last_act: str | None, caller: Caller) -> dict[str, Any]:
        terms = _terms(row)
        told = {**row_json(row), "state": state_now(self._desk, row, last_act)}
        for hidden in ("accepted", "signed", "vetoed", "spent", "revoked_at"):
            told.pop(hidden, None)
        if caller.person is not None:
            numbers = (self._desk.seal.open(patient.sealed) for patient in row.patients)
            told["patients"] = [{"kind": number.kind, "value": number.reveal()} for number in numbers]
        told["named_patients"] = len(terms.patients)
        return told

    def _may_know(self, view: StaffView, row: Row, caller: Caller) -> bool:
        terms = _terms(row)
        if caller.person is not None:
            return caller.person in (terms.delegator, terms.recipient, *all_overseers(view, terms))
        members = {giving_member(view, terms), *receiving_members(view, terms)} - {None}
        return caller.members is None or any(caller.may_act_for(member) for member in members if member is not None)


def need_application_of_delegator(desk: Desk, written: Written, caller: Caller) -> None:
    """A paper is registered by an application that answers for it. Raises ``NotAllowed``."""
    delegator = desk.directory().delegator(written.delegator)
    member = None if delegator is None else delegator.member
    if caller.person is not None or member is None or not caller.may_act_for(member):
        raise NotAllowed("an application of the delegator's member registers what was signed on paper")


def _day_text(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _terms(row: Row) -> DelegationTerms:
    assert isinstance(row.content, DelegationTerms)
    return row.content
