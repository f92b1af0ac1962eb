"""What decisions ask of logins: of whom a token speaks, and who may use an application."""

from dataclasses import dataclass
from typing import Protocol

from authz.core.facts import ApplicationEntry
from authz.core.request import PatientKey
from authz.core.unknown import Unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a verified access token speaks of. A citizen has ``citizen`` (her key in the registers) and no person."""

    person: HsaId | None
    assignment: HsaId | None
    level: AssuranceLevel
    client_id: str
    citizen: PatientKey | None = None


class SubjectTokens(Protocol):
    def verify(self, token: str) -> Subject:
        """Raises ``InvalidSubjectToken`` for anything but a token of ours that is valid and not revoked now, and
        ``RegistersUnavailable`` when nobody can tell at the moment whether it was revoked."""
        ...


class Applications(Protocol):
    def application(self, client_id: str) -> ApplicationEntry | Unknown | None: ...

    def client_ids(self) -> tuple[str, ...]:
        """Of all applications that there are, in no order."""
        ...
