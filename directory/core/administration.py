"""What a caller may see and do in the directory: the words for it, and the plain reading of a token's scopes.

Boundary: whether a person's *admin assignment* lets her do a thing is decided by ``authz``, behind
``ports.Administration``.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from directory.core.changes import Change
from directory.core.entries import AdminAssignment, Entry, Person, member_of
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from directory.refusals import NotAllowed
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

READ, ADMINISTER = "tillit:directory", "tillit:admin"


class Act(StrEnum):
    """What is done to an entry, by the names of the decision point's interface."""

    CREATE = "create"
    CHANGE = "change"
    END = "end"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True)
class ScopedReach:
    """Keeps ``ports.Reach`` by scopes alone: an application with the administrator's scope, for the members that it may
    act for. For applications; a person's reach is what her admin assignments say."""

    caller: Caller

    def circle(self, entry: Entry) -> Visibility:
        if ADMINISTER in self.caller.scopes and self.caller.may_act_for(member_of(entry)):
            return Visibility.ADMINISTRATORS
        return Visibility.STAFF if self.caller.scopes & {READ, ADMINISTER} else Visibility.OPEN

    def sees_protected(self, person: Person) -> bool:
        return self.circle(person) is Visibility.ADMINISTRATORS

    def demand_reader(self) -> None:
        if not self.caller.scopes & {READ, ADMINISTER}:
            raise NotAllowed(f"the scope `{READ}` or `{ADMINISTER}` is needed")

    def demand(self, act: Act, entry: Entry, attributes: Collection[str] = ()) -> None:
        if ADMINISTER not in self.caller.scopes:
            raise NotAllowed(f"the scope `{ADMINISTER}` is needed")
        if not self.caller.may_act_for(member_of(entry)):
            raise NotAllowed(f"the caller may not act for the member `{member_of(entry)}`")

    def demand_changes(self, changes: Iterable[Change], *, dry_run: bool, upon: Snapshot | None = None) -> None:
        for change in changes:
            for entry in (change.before, change.after):
                if entry is not None:
                    self.demand(Act.CHANGE, entry)


@dataclass(frozen=True, slots=True)
class Administers:
    """One person's current part in administering a place, by one admin assignment.

    ``whole`` is false when the admin assignment is for parts of the place only. ``period`` is what everything that
    bounds it has in common.
    """

    person: HsaId
    assignment: AdminAssignment
    whole: bool
    period: Period


class ScopedAdministration:
    """Keeps ``ports.Administration`` by scopes alone, in a directory where people do not administer."""

    def reach(self, caller: Caller, snapshot: Snapshot) -> ScopedReach:
        return ScopedReach(caller)

    def administrators(self, place: HsaId, snapshot: Snapshot) -> tuple[Administers, ...]:
        return ()
