"""Start an activation: a code for one employee, to be handed over by whoever knows that it is she."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from federation.core.activation import CODE_BYTES, CODE_LIFETIME, Activation, read_code, written_code
from federation.core.grant import secret_hash
from federation.ports import Accounts, Activations, Admission, Staff
from federation.refusals import PersonUnknown, ScopeMissing
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId

ADMIN = "tillit:admin"
SCOPES = frozenset({ADMIN, "tillit:sync"})


@dataclass(frozen=True, slots=True)
class IssuedActivation:
    """``code`` is shown once, to the caller; we keep its hash. ``None`` when it was only asked whether it would go."""

    person: HsaId
    expires_at: datetime
    code: str | None = field(repr=False)


class StartActivation:
    def __init__(
        self,
        activations: Activations,
        accounts: Accounts,
        staff: Staff,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        admission: Admission | None = None,
    ) -> None:
        """Without ``admission`` nobody is let in by a person's own token, only by applications."""
        self._activations, self._accounts = activations, accounts
        self._staff, self._clock, self._random, self._admission = staff, clock, random_bytes, admission

    def __call__(self, caller: Caller, person: HsaId, *, dry_run: bool = False) -> IssuedActivation:
        """An earlier code for the person opens nothing any more; her account stays as it is until this one is used.

        Whoever sends staff lists starts new employees only: to replace the credentials of somebody who has an account
        is to be able to become her, and takes an administrator. A person with her own token lets in whom her admin
        assignments allow, and nobody who may administer more than she.

        Raises ``ScopeMissing``; ``PersonUnknown`` for an unknown or inactive employee and for one of a member that the
        caller may not act for; ``StaffUnavailable``.
        """
        if not caller.scopes & SCOPES:
            raise ScopeMissing("this needs the scope `tillit:admin` or `tillit:sync`")
        if caller.person is not None:
            self._demand_admission(caller, person, dry_run=dry_run)
        employee = self._staff.employee(person)
        if employee is None or not employee.active or not caller.may_act_for(employee.member):
            raise PersonUnknown("no active employee with that HSA-id is known to you")
        if ADMIN not in caller.scopes and self._accounts.of_person(employee.hsa_id) is not None:
            raise ScopeMissing("the employee has an account already: replacing it needs the scope `tillit:admin`")
        now = self._clock.now()
        expires_at = now + CODE_LIFETIME
        if dry_run:
            return IssuedActivation(employee.hsa_id, expires_at, None)
        code = written_code(self._random(CODE_BYTES))
        self._activations.issue(
            Activation(employee.hsa_id, activation_hash(code), caller.name, issued_at=now, expires_at=expires_at)
        )
        return IssuedActivation(employee.hsa_id, expires_at, code)

    def _demand_admission(self, caller: Caller, person: HsaId, *, dry_run: bool) -> None:
        if self._admission is None or ADMIN not in caller.scopes:
            raise ScopeMissing("this needs the scope `tillit:admin`, and an admin assignment")
        self._admission.demand(caller, person, dry_run=dry_run)


def activation_hash(code: str) -> str:
    """What is kept of a code, however it is written; of what cannot be a code, something that no code has."""
    return secret_hash(read_code(code) or "")
