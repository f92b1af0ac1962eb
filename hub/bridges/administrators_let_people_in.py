"""Administrators let people in: whom a person's admin assignments allow to give new credentials to."""

from directory import Directory
from directory.edge.http.shapes import Audience
from directory.refusals import DirectoryUnavailable, EntryUnknown, NotAllowed
from federation.refusals import PersonUnknown, ScopeMissing, StaffUnavailable
from hub.bridges.authz_decides_administration import AuthzDecidesAdministration
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


class AdministratorsLetPeopleIn:
    """Keeps ``federation.ports.Admission``."""

    def __init__(self, directory: Directory, administration: AuthzDecidesAdministration) -> None:
        self._directory, self._administration = directory, administration

    def demand(self, caller: Caller, person: HsaId, *, dry_run: bool) -> None:
        snapshot = self._directory.snapshot()
        found = snapshot.person(person)
        if caller.person is None or found is None:
            raise _unknown()
        reach = self._administration.of_person(caller, caller.person, snapshot)
        if not Audience(snapshot, reach).sees(found):
            raise _unknown()
        try:
            reach.demand_credentials(found, dry_run=dry_run)
        except EntryUnknown:
            raise _unknown() from None
        except NotAllowed as refusal:
            raise ScopeMissing(refusal.description) from None
        except DirectoryUnavailable as refusal:
            raise StaffUnavailable(refusal.description) from None


def _unknown() -> PersonUnknown:
    return PersonUnknown("no active employee with that HSA-id is known to you")
