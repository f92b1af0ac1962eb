"""What every step in the life of a policy pack needs, and the checks that several of them share."""

from collections.abc import Callable
from dataclasses import dataclass

from authz.core.unknown import UNKNOWN
from authz.ports import Applications, Kind, PackPolicies, PackState, PackVersion, RecordedDecisions, RegisterBook, Row
from authz.refusals import InvalidPolicyPack, RegistersUnavailable, UnknownRecord
from vocabulary.clock import Clock

MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class PackDesk:
    """``by``, in the verbs, is the name of the actor as histories keep it (``Caller.name``)."""

    book: RegisterBook
    packs: PackPolicies
    applications: Applications
    recorded: RecordedDecisions
    clock: Clock
    random_bytes: Callable[[int], bytes]

    def versions(self, space: str) -> tuple[Row, ...]:
        """All versions of an application's pack, oldest first."""
        return tuple(sorted(self.book.rows_under(Kind.POLICY_PACK, space), key=lambda row: version_of(row).number))

    def version(self, space: str, number: int) -> Row:
        """Raises ``UnknownRecord``."""
        for row in self.versions(space):
            if version_of(row).number == number:
                return row
        raise UnknownRecord("there is no such version of a policy pack")

    def active(self, space: str) -> Row | None:
        return next((row for row in self.versions(space) if version_of(row).state is PackState.ACTIVE), None)

    def need_application(self, space: str) -> None:
        """Raises ``InvalidPolicyPack`` where no application is registered by that client id."""
        found = self.applications.application(space)
        if found is UNKNOWN:
            raise RegistersUnavailable("the register of applications cannot be read now")
        if found is None:
            raise InvalidPolicyPack("no application is registered by this client id", pointer="/pack")


def version_of(row: Row) -> PackVersion:
    assert isinstance(row.content, PackVersion)
    return row.content
