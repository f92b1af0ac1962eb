"""The question: who, in which assignment, wants to do what with whose information. Only what the asker states.

Boundary: nothing here is believed because it was stated. A stated capacity or purpose can only take away.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from authz.core.directory_words import AttributeClass, EntryKind
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone

PatientKey = NewType("PatientKey", str)
"""Which patient, as the registers know her: the keyed hash of her number (``vocabulary.seal``), never the number."""


class Action(StrEnum):
    """What is asked for, by the names of the decision point's interface."""

    READ = "read"
    WRITE = "write"
    SIGN = "sign"
    PRINT = "print"
    PERFORM = "perform"
    SEND = "send"
    RECEIVE = "receive"
    USE = "use"
    CREATE = "create"
    CHANGE = "change"
    END = "end"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True)
class Employee:
    """An employee record with the assignment in use. ``capacity`` is what the client states; ours is derived."""

    person: HsaId
    assignment: HsaId | None
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class Citizen:
    """The patient herself, logged in as a citizen."""

    patient: PatientKey


@dataclass(frozen=True, slots=True)
class Information:
    """Patient information: where it was written, of which type and from which days.

    ``information_type`` is ``None`` when unspecified or not in the code table. ``first`` and ``last`` are both in the
    period (whole days in Stockholm); ``None`` is not known. ``task`` is the task in whose name it is read, if any.
    """

    information_type: str | None
    unit: HsaId | None
    provider: HsaId | None
    first: date | None = None
    last: date | None = None
    investigation: bool = False
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the catalogue. ``perform`` does it; ``sign`` signs a delegation of it to somebody else."""

    code: str


@dataclass(frozen=True, slots=True)
class Message:
    """A discharge message of one kind. ``case`` is the case's id; ``None`` means any current case of the patient."""

    kind: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """The citizen's own record, whole or of one unit."""

    unit: HsaId | None = None


@dataclass(frozen=True, slots=True)
class DirectoryObject:
    """An entry of the directory, and the classes of attributes that are read or touched; none stated are ordinary ones.

    ``id`` is ``None`` for a name that no entry has. For ``create`` it is the place's right below which an entry of
    ``kind`` shall stand; elsewhere the kind is what the directory says.
    """

    id: HsaId | None
    classes: frozenset[AttributeClass] = frozenset()
    kind: EntryKind = EntryKind.UNIT


@dataclass(frozen=True, slots=True)
class Application:
    """A dependent application, by its client id."""

    client_id: str


@dataclass(frozen=True, slots=True)
class OwnSubject:
    """Somebody or something that a dependent application knows by itself, by a type of its policy pack."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class OwnResource:
    """A thing of a dependent application, by a type of its policy pack."""

    type: str
    id: str


Resource = Information | Task | Message | OwnRecord | DirectoryObject | Application | OwnResource


@dataclass(frozen=True, slots=True)
class Request:
    """One question. ``purpose`` is what the client states; ``None`` states nothing. An unstated zone is open.

    ``action`` is one of ours, but about an application's own things one of its policy pack's.
    """

    subject: Employee | Citizen | OwnSubject
    action: Action | str
    resource: Resource
    patient: PatientKey | None
    assurance: AssuranceLevel
    zone: NetworkZone = NetworkZone.OPEN
    purpose: str | None = None
