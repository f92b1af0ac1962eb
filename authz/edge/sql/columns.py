"""How the members of each fact are spelled in columns: one table of codecs per register, read in both directions."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Table

from authz.core.facts import (
    Block,
    CareRelationship,
    CaseState,
    CatalogueTask,
    Consent,
    DischargeCase,
    Emergency,
    Ground,
    Lift,
    LiftReason,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import PatientKey
from authz.edge.sql import tables
from authz.ports import (
    BlockLook,
    CaseMessage,
    Content,
    DelegationReport,
    DelegationTerms,
    Disclosure,
    EmergencyReview,
    End,
    Kind,
    LogReview,
    LogSample,
    PackState,
    PackVersion,
    ReviewVerdict,
    Row,
    SealedPatient,
    Verdict,
    Weight,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us
from vocabulary.period import Period

Columns = Mapping[str, Any]

parse_hsa_id = lru_cache(maxsize=65_536)(HsaId.parse)
"""One object per id that stands in the registers: memory, and identity before comparison."""


@dataclass(frozen=True, slots=True)
class Member:
    """One attribute of a fact: ``write`` gives its columns, ``read`` takes it back from them."""

    name: str
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[Columns], Any]


def _as_is(name: str) -> Member:
    return Member(name, lambda value: {name: value}, lambda row: row[name])


def _hsa_id(name: str) -> Member:
    return Member(
        name,
        lambda value: {name: None if value is None else value.key},
        lambda row: None if row[name] is None else parse_hsa_id(row[name]),
    )


def _hsa_ids(name: str) -> Member:
    return Member(
        name,
        lambda value: {name: " ".join(sorted(unit.key for unit in value))},
        lambda row: frozenset(parse_hsa_id(word) for word in row[name].split()),
    )


def _words(name: str) -> Member:
    return Member(name, lambda value: {name: " ".join(sorted(value))}, lambda row: frozenset(row[name].split()))


def _one_of(name: str, words: type[StrEnum]) -> Member:
    return Member(name, lambda value: {name: str(value)}, lambda row: words(row[name]))


def _one_of_or_none(name: str, words: type[StrEnum]) -> Member:
    return Member(
        name,
        lambda value: {name: None if value is None else str(value)},
        lambda row: None if row[name] is None else words(row[name]),
    )


def _day(name: str, column: str) -> Member:
    return Member(
        name,
        lambda value: {column: None if value is None else value.isoformat()},
        lambda row: None if row[column] is None else date.fromisoformat(row[column]),
    )


def _optional_us(value: Any) -> int | None:
    return None if value is None else to_us(value)


def _optional_instant(value: int | None) -> Any:
    return None if value is None else from_us(value)


_PERIOD = Member(
    "period",
    lambda value: {"from_us": _optional_us(value.start), "to_us": _optional_us(value.end)},
    lambda row: Period(_optional_instant(row["from_us"]), _optional_instant(row["to_us"])),
)
_LEVEL = Member(
    "signing_level",
    lambda value: {"signing_level": value.name},
    lambda row: AssuranceLevel[row["signing_level"]],
)
_VERDICT = Member(
    "verdict",
    lambda value: {"verdict": None if value is None else str(value)},
    lambda row: None if row["verdict"] is None else Verdict(row["verdict"]),
)
_AT = Member("at", lambda value: {"at_us": to_us(value)}, lambda row: from_us(row["at_us"]))


def _instant(name: str) -> Member:
    column = f"{name}_us"
    return Member(name, lambda value: {column: _optional_us(value)}, lambda row: _optional_instant(row[column]))


_PATIENT = Member("patient", lambda value: {}, lambda row: PatientKey(row["patient_lookup"]))
_PATIENTS = Member(
    "patients", lambda value: {}, lambda row: frozenset(patient.key for patient in _unpack(row["patients"]))
)


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its table, the fact it holds, its members in columns, and the columns that name a person.

    ``above`` is the column of the row that its rows belong to, where they do.
    """

    kind: Kind
    table: Table
    content: type
    members: tuple[Member, ...]
    people: tuple[str, ...] = ()
    identified: bool = True
    above: str | None = None

    def values(self, row: Row, revision: int) -> dict[str, Any]:
        end = row.end
        values: dict[str, Any] = {
            "id": row.id,
            "version": row.version,
            "revision": revision,
            "note": row.note,
            **({"asked_by": row.asked_by} if "asked_by" in self.table.c else {}),
            "registered_by": row.registered_by,
            "registered_at_us": to_us(row.registered_at),
            "ended_by": None if end is None else end.by,
            "ended_at_us": None if end is None else to_us(end.at),
            "end_reason": None if end is None else end.reason,
            "annulled": end is not None and end.annulled,
        }
        if "patient_lookup" in self.table.c:
            (patient,) = row.patients
            values |= {"patient_lookup": patient.key, "patient_sealed": patient.sealed}
        elif "patients" in self.table.c:
            values["patients"] = _pack(row.patients)
        for member in self.members:
            values |= member.write(getattr(row.content, member.name))
        return values

    def row(self, columns: Columns) -> Row:
        made: dict[str, Any] = {member.name: member.read(columns) for member in self.members}
        if self.identified:
            made["id"] = columns["id"]
        content: Content = self.content(version=columns["version"], **made)
        end = None
        if columns["ended_at_us"] is not None:
            end = End(
                from_us(columns["ended_at_us"]), columns["ended_by"], columns["end_reason"] or "", columns["annulled"]
            )
        return Row(
            self.kind,
            columns["id"],
            content,
            self._patients(columns),
            columns["registered_by"],
            from_us(columns["registered_at_us"]),
            end,
            columns["note"],
            columns["version"],
            asked_by=columns["asked_by"] if "asked_by" in self.table.c else None,
        )

    def _patients(self, columns: Columns) -> tuple[SealedPatient, ...]:
        if "patient_lookup" in self.table.c:
            return (SealedPatient(PatientKey(columns["patient_lookup"]), columns["patient_sealed"]),)
        return _unpack(columns["patients"]) if "patients" in self.table.c else ()


def _pack(patients: tuple[SealedPatient, ...]) -> str:
    return json.dumps([[patient.key, b64encode(patient.sealed).decode()] for patient in patients])


def _unpack(text: str) -> tuple[SealedPatient, ...]:
    return tuple(SealedPatient(PatientKey(key), b64decode(sealed)) for key, sealed in json.loads(text))


REGISTERS: tuple[Register, ...] = (
    Register(
        Kind.CARE_RELATIONSHIP,
        tables.care_relationships,
        CareRelationship,
        (_PATIENT, _hsa_id("person"), _hsa_id("unit"), _PERIOD),
        ("person",),
    ),
    Register(
        Kind.SERVICE_RECIPIENT, tables.service_recipients, ServiceRecipient, (_PATIENT, _hsa_id("provider"), _PERIOD)
    ),
    Register(
        Kind.CONSENT,
        tables.consents,
        Consent,
        (_PATIENT, _hsa_id("unit"), _hsa_id("person"), _one_of("ground", Ground), _PERIOD),
        ("person",),
    ),
    Register(
        Kind.BLOCK,
        tables.blocks,
        Block,
        (
            _PATIENT,
            _hsa_id("provider"),
            _hsa_id("unit"),
            _day("first", "first_day"),
            _day("last", "last_day"),
            _words("excepted"),
            _PERIOD,
        ),
    ),
    Register(
        Kind.LIFT,
        tables.lifts,
        Lift,
        (_as_is("block"), _hsa_id("unit"), _hsa_id("person"), _one_of("reason", LiftReason), _PERIOD),
        ("person",),
        above="block",
    ),
    Register(
        Kind.EMERGENCY,
        tables.emergencies,
        Emergency,
        (_PATIENT, _hsa_id("person"), _hsa_id("unit"), _as_is("reason"), _PERIOD),
        ("person",),
    ),
    Register(
        Kind.DELEGATION,
        tables.delegations,
        DelegationTerms,
        (
            _hsa_id("delegator"),
            _hsa_id("recipient"),
            _as_is("task"),
            _PATIENTS,
            _hsa_ids("units"),
            _PERIOD,
            _as_is("accepted"),
            _as_is("vetoed"),
            _as_is("receiving_member_agreed"),
            _as_is("spent"),
            _as_is("signed"),
            _as_is("needs_agreement"),
            _as_is("once"),
            _as_is("renews"),
        ),
        ("delegator", "recipient"),
    ),
    Register(
        Kind.TASK,
        tables.tasks,
        CatalogueTask,
        (
            _as_is("code"),
            _as_is("delegable"),
            _words("required_licences"),
            _words("gives_sight_of"),
            _LEVEL,
            _as_is("name"),
        ),
        identified=False,
    ),
    Register(
        Kind.DISCHARGE_CASE,
        tables.discharge_cases,
        DischargeCase,
        (
            _PATIENT,
            _hsa_id("ward"),
            _hsa_ids("concerned_units"),
            _one_of("state", CaseState),
            _hsa_id("permanent_care_contact"),
            _as_is("plan_consent"),
            _instant("admitted_at"),
        ),
    ),
    Register(
        Kind.RESPONSIBILITY_MOVE,
        tables.responsibility_moves,
        ResponsibilityMove,
        (_PATIENT, _hsa_id("from_unit"), _hsa_id("to_unit"), _words("professions"), _instant("at")),
    ),
    Register(
        Kind.DELEGATION_REPORT,
        tables.delegation_reports,
        DelegationReport,
        (_as_is("delegation"), _one_of("weight", Weight), _as_is("text"), _as_is("acknowledged")),
        above="delegation",
    ),
    Register(
        Kind.BLOCK_LOOK,
        tables.block_looks,
        BlockLook,
        (_PATIENT, _hsa_id("provider"), _one_of("reason", LiftReason), _words("blocks")),
    ),
    Register(
        Kind.LOG_SAMPLE,
        tables.log_samples,
        LogSample,
        (
            _hsa_id("member"),
            _PERIOD,
            _as_is("seed"),
            _as_is("wanted"),
            _words("rules"),
            _as_is("most"),
            _as_is("population"),
        ),
        above="member",
    ),
    Register(
        Kind.LOG_REVIEW,
        tables.log_reviews,
        LogReview,
        (
            _as_is("sample"),
            _as_is("sequence"),
            _words("why"),
            _hsa_id("person"),
            _hsa_id("assignment"),
            _hsa_id("unit"),
            _VERDICT,
        ),
        ("person",),
        above="sample",
    ),
    Register(
        Kind.EMERGENCY_REVIEW,
        tables.emergency_reviews,
        EmergencyReview,
        (
            _as_is("emergency"),
            _PATIENT,
            _hsa_id("person"),
            _hsa_id("unit"),
            _instant("due"),
            _one_of_or_none("verdict", ReviewVerdict),
            _as_is("text"),
        ),
        ("person",),
        above="emergency",
    ),
    Register(
        Kind.CASE_MESSAGE,
        tables.case_messages,
        CaseMessage,
        (
            _as_is("case"),
            _as_is("kind"),
            _hsa_id("from_unit"),
            _hsa_ids("to_units"),
            _as_is("decision"),
            _as_is("text"),
            _day("expected_discharge", "expected_discharge"),
            _instant("meeting_at"),
            _hsa_ids("received_by"),
        ),
        above="case",
    ),
    Register(
        Kind.DISCLOSURE,
        tables.disclosures,
        Disclosure,
        (
            _PATIENT,
            _as_is("consent"),
            _hsa_id("from_unit"),
            _hsa_id("to_unit"),
            _words("information_types"),
            _words("decisions"),
            _as_is("received"),
        ),
    ),
    Register(
        Kind.POLICY_PACK,
        tables.policy_packs,
        PackVersion,
        (
            _as_is("space"),
            _as_is("number"),
            _as_is("digest"),
            _as_is("document"),
            _one_of("state", PackState),
        ),
        above="space",
    ),
)

REGISTER_OF: dict[Kind, Register] = {register.kind: register for register in REGISTERS}
