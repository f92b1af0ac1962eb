"""An employee as logins and tokens see her: who she is, and the assignments that she holds at this moment.

Not the directory's own entries: the hub's bridge makes these values out of them, and leaves out what is not current.
"""

from dataclasses import dataclass

from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber


@dataclass(frozen=True, slots=True)
class EmployeeAssignment:
    """One current assignment (*medarbetaruppdrag*) of the employee.

    ``rights`` are the well-formed ones, as written (``Läsa;alla;VE``). Directly under a care provider there is no unit:
    ``unit`` and ``unit_name`` are ``None``. ``member`` is the organisation that the assignment belongs to.
    """

    hsa_id: HsaId
    name: str
    purpose: Purpose
    rights: tuple[str, ...]
    unit: HsaId | None
    unit_name: str | None
    care_provider: HsaId
    care_provider_name: str
    care_provider_number: OrganisationNumber
    member: HsaId


@dataclass(frozen=True, slots=True)
class Employee:
    """``hsa_id`` is the record that logged in; ``all_hsa_ids`` are all records of the same human, itself included.

    ``active`` is false outside the record's period and when it is archived. ``assignments`` holds the current ones
    only. ``system_roles`` are ``systemId;role`` (hsaSystemRole). The personal number is not here: it is
    asked for by itself, and only when a granted scope demands it.
    """

    hsa_id: HsaId
    all_hsa_ids: tuple[HsaId, ...]
    full_name: str
    given_name: str | None
    family_name: str
    mail: str | None
    licences: tuple[str, ...]
    active: bool
    protected: bool
    member: HsaId
    member_name: str
    member_number: OrganisationNumber
    assignments: tuple[EmployeeAssignment, ...] = ()
    system_roles: tuple[str, ...] = ()

    def assignment(self, hsa_id: HsaId) -> EmployeeAssignment | None:
        """The current assignment with that id, or ``None``."""
        return next((held for held in self.assignments if held.hsa_id == hsa_id), None)
