"""What stands in the registers of one case: each kind of ``given`` has its reader, and an unlisted kind is refused."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from authz.core.facts import (
    Block,
    CareRelationship,
    CaseState,
    Consent,
    Delegation,
    DischargeCase,
    Emergency,
    Facts,
    Ground,
    Lift,
    LiftReason,
    Reader,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.unknown import UNKNOWN
from authz.edge.yaml_cases.administration import ADMIN_ASSIGNMENT, admin_assignment
from authz.edge.yaml_cases.fields import Fields
from authz.edge.yaml_cases.scratch_world import ScratchWorld
from vocabulary.refusals import InvalidValue

Read = Callable[[Fields, str, ScratchWorld], Any]


def stand(given: Sequence[Any], world: ScratchWorld, facts: Facts) -> Facts:
    """``facts`` with the case's registers. Raises ``InvalidValue`` for a kind or a word that is not known."""
    records: dict[str, list[Any]] = {}
    delegations: list[Fields] = []
    unreadable: list[str] = []
    for number, one in enumerate(given, 1):
        if not isinstance(one, dict) or len(one) != 1:
            raise InvalidValue(f"fact {number} is not one kind with its fields")
        ((kind, value),) = one.items()
        if kind == "unreadable":
            unreadable.append(str(value))
        elif kind == "admin_assignment":
            holder, one_held = admin_assignment(Fields(value, f"fact {number}", ADMIN_ASSIGNMENT), world)
            if isinstance(facts.reader, Reader) and world.person(holder).reader.id == facts.reader.id:
                records.setdefault("admin_assignments", []).append(one_held)
        elif kind == "delegation":
            delegations.append(Fields(value, f"fact {number}", _DELEGATION))
        elif kind in _READERS:
            register, known, read = _READERS[kind]
            records.setdefault(register, []).append(
                read(Fields(value, f"fact {number}", known), f"{kind}{number}", world)
            )
        else:
            raise InvalidValue(f"`{kind}` is not a kind of fact")
    records["delegations"] = [_delegation(one, number, delegations, world) for number, one in enumerate(delegations, 1)]
    found: dict[str, Any] = {register: tuple(ones) for register, ones in records.items()}
    filled = replace(facts, **found)
    for name in unreadable:
        filled = _without(name, filled)
    return filled


def _relationship(fields: Fields, ref: str, world: ScratchWorld) -> CareRelationship:
    patient, person = world.patient(fields.text("patient")), world.person(fields.text("person"))
    return CareRelationship(ref, patient, person.reader.id, world.unit(fields.text("unit")), fields.period())


def _consent(fields: Fields, ref: str, world: ScratchWorld) -> Consent:
    return Consent(
        id=ref,
        patient=world.patient(fields.text("patient")),
        unit=world.unit(fields.text("unit")),
        person=world.person(fields.text("person")).reader.id if fields.has("person") else None,
        ground=_member(Ground, fields.text("ground")),
        period=fields.period(),
        ended_at=fields.maybe_instant("ended_at"),
        annulled=fields.flag("annulled"),
    )


def _block(fields: Fields, ref: str, world: ScratchWorld) -> Block:
    if fields.text("kind") not in ("inner", "outer") or (fields.text("kind") == "inner") != fields.has("unit"):
        raise InvalidValue("a block is `inner` with a unit or `outer` without")
    return Block(
        id=fields.maybe_text("ref") or ref,
        patient=world.patient(fields.text("patient")),
        provider=fields.hsa_id("provider"),
        unit=world.unit(fields.text("unit")) if fields.has("unit") else None,
        first=fields.first_day("information_from"),
        last=fields.last_day("information_to"),
        excepted=frozenset(fields.texts("except")),
    )


def _lift(fields: Fields, ref: str, world: ScratchWorld) -> Lift:
    return Lift(
        id=ref,
        block=fields.text("block"),
        unit=world.unit(fields.text("unit")),
        person=world.person(fields.text("person")).reader.id if fields.has("person") else None,
        reason=_member(LiftReason, fields.text("reason")),
        period=fields.period(),
    )


def _emergency(fields: Fields, ref: str, world: ScratchWorld) -> Emergency:
    return Emergency(
        id=ref,
        patient=world.patient(fields.text("patient")),
        person=world.person(fields.text("person")).reader.id,
        unit=world.unit(fields.text("unit")),
        reason=fields.maybe_text("reason") or "",
        period=fields.period(),
    )


def _case(fields: Fields, ref: str, world: ScratchWorld) -> DischargeCase:
    contact = fields.maybe_text("permanent_care_contact")
    return DischargeCase(
        id=fields.maybe_text("ref") or ref,
        patient=world.patient(fields.text("patient")),
        ward=world.unit(fields.text("ward")),
        concerned_units=frozenset(world.unit(name) for name in fields.texts("concerned_units")),
        state=_member(CaseState, fields.text("state")),
        permanent_care_contact=None if contact is None else world.person(contact).reader.id,
        plan_consent=fields.flag("plan_consent"),
    )


def _recipient(fields: Fields, ref: str, world: ScratchWorld) -> ServiceRecipient:
    return ServiceRecipient(ref, world.patient(fields.text("patient")), fields.hsa_id("provider"), fields.period())


def _move(fields: Fields, ref: str, world: ScratchWorld) -> ResponsibilityMove:
    return ResponsibilityMove(
        id=ref,
        patient=world.patient(fields.text("patient")),
        from_unit=world.unit(fields.text("from")),
        to_unit=world.unit(fields.text("to")),
        professions=frozenset(fields.texts("professions")),
        at=fields.instant("at"),
    )


def _delegation(fields: Fields, number: int, every: Sequence[Fields], world: ScratchWorld) -> Delegation:
    """The recipient's units when it was given are those of her assignments at its beginning."""
    giver, taker, task = fields.text("from"), fields.text("to"), fields.text("task")
    begins: datetime = fields.instant("valid_from")
    onward = any(one.text("to") == giver and one.text("task") == task for one in every)
    return Delegation(
        id=fields.maybe_text("ref") or f"delegation{number}",
        delegator=world.delegator(giver, holds_by_delegation=onward),
        recipient=world.person(taker).reader.id,
        task=task,
        patients=frozenset(world.patient(name) for name in fields.texts("patients")),
        units=world.units_of(taker, begins),
        period=fields.period("valid_from", "valid_to"),
        accepted=fields.flag("accepted"),
        vetoed=fields.flag("vetoed"),
        revoked_at=fields.maybe_instant("revoked_at"),
        receiving_member_agreed=fields.flag("receiving_member_agreed"),
    )


def _without(name: str, facts: Facts) -> Facts:
    """``facts`` as they are when one register cannot be read."""
    if name in _REGISTERS:
        unknown: dict[str, Any] = dict.fromkeys(_REGISTERS[name], UNKNOWN)
        return replace(facts, **unknown)
    if name in ("licences", "licence_register"):
        return _without_licences(facts)
    raise InvalidValue(f"`{name}` is not a register")


def _without_licences(facts: Facts) -> Facts:
    reader = facts.reader
    if isinstance(reader, Reader):
        reader = replace(reader, licences=UNKNOWN, restrictions=UNKNOWN)
    delegations = facts.delegations
    if delegations is not UNKNOWN:
        delegations = tuple(
            one
            if one.delegator is UNKNOWN
            else replace(one, delegator=replace(one.delegator, licences=UNKNOWN, restrictions=UNKNOWN))
            for one in delegations
        )
    return replace(facts, reader=reader, delegations=delegations)


def _member(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InvalidValue(f"`{text}` is none of {', '.join(f'`{one}`' for one in kind)}") from None


_DELEGATION = (
    "ref", "from", "to", "task", "patients", "valid_from", "valid_to", "accepted", "vetoed", "revoked_at",
    "receiving_member_agreed",
)  # fmt: skip

_READERS: dict[str, tuple[str, tuple[str, ...], Read]] = {
    "care_relationship": ("care_relationships", ("ref", "patient", "person", "unit", "from", "to"), _relationship),
    "consent": (
        "consents",
        ("ref", "patient", "unit", "person", "ground", "from", "to", "ended_at", "annulled"),
        _consent,
    ),
    "block": (
        "blocks",
        ("ref", "patient", "kind", "provider", "unit", "information_from", "information_to", "except"),
        _block,
    ),
    "lift": ("lifts", ("ref", "block", "unit", "person", "reason", "from", "to"), _lift),
    "emergency": ("emergencies", ("ref", "patient", "person", "unit", "reason", "from", "to"), _emergency),
    "discharge_case": (
        "discharge_cases",
        ("ref", "patient", "ward", "concerned_units", "state", "permanent_care_contact", "plan_consent"),
        _case,
    ),
    "service_recipient": ("service_recipients", ("ref", "patient", "provider", "from", "to"), _recipient),
    "responsibility_moved": (
        "responsibility_moves",
        ("ref", "patient", "from", "to", "professions", "at"),
        _move,
    ),
}

_REGISTERS = {
    "blocks": ("blocks",),
    "lifts": ("lifts",),
    "consents": ("consents",),
    "care_relationships": ("care_relationships",),
    "service_recipients": ("service_recipients",),
    "responsibility_moves": ("responsibility_moves",),
    "responsibility_moved": ("responsibility_moves",),
    "emergencies": ("emergencies",),
    "delegations": ("delegations",),
    "discharge_cases": ("discharge_cases",),
    "tasks": ("task",),
    "patients": ("patient",),
    "assignments": ("assignment",),
    "admin_assignments": ("admin_assignments",),
    "people": ("reader", "colleague", "entry"),
    "units": ("information", "entry"),
    "directory": ("reader", "assignment", "information", "colleague", "entry", "admin_assignments"),
}
