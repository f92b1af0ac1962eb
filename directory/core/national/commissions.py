"""Assignments as the contracts tell them (*vårdmedarbetaruppdrag*): only current ones, and only whole ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from directory.core.completeness import lacks_of, told_rights
from directory.core.currency import current_assignments, responsible_provider
from directory.core.entries import Assignment, Person
from directory.core.national.question import Flag, Question, flag
from vocabulary.capacity import Capacity


@dataclass(frozen=True, slots=True)
class CommissionRight:
    activity: str
    information_class: str
    scope: str


@dataclass(frozen=True, slots=True)
class Commission:
    """Right under a care provider it has no field of a unit. ``social_care_provider`` is ours: the contracts have no
    word for a provider that gives social care, which under Lag 2022:913 is another one than its health care.
    """

    commission_name: str
    commission_hsa_id: str
    commission_purpose: str
    health_care_provider_hsa_id: str
    health_care_provider_name: str
    health_care_provider_org_no: str
    commission_right: tuple[CommissionRight, ...] = ()
    health_care_unit_hsa_id: str | None = None
    health_care_unit_name: str | None = None
    health_care_unit_start_date: datetime | None = None
    health_care_unit_end_date: datetime | None = None
    archived_health_care_unit: Flag = None
    health_care_provider_start_date: datetime | None = None
    health_care_provider_end_date: datetime | None = None
    archived_health_care_provider: Flag = None
    social_care_provider: Flag = None


def told_assignments(question: Question, person: Person) -> tuple[Assignment, ...]:
    """The assignments of ``person`` that may be told: current, whole, not archived, and shown to the asker."""
    held = current_assignments(question.snapshot, person.hsa_id, question.now)
    return tuple(sorted(filter(lambda one: _is_told(question, one), held), key=lambda one: one.hsa_id.key))


def commissions_of(question: Question, person: Person) -> tuple[Commission, ...]:
    return tuple(_commissions(question, person))


def _commissions(question: Question, person: Person) -> Iterator[Commission]:
    snapshot = question.snapshot
    for held in told_assignments(question, person):
        unit, provider = snapshot.unit(held.unit), responsible_provider(snapshot, held)
        assert provider is not None and held.purpose is not None, "a whole assignment has both"
        yield Commission(
            commission_name=held.name,
            commission_hsa_id=str(held.hsa_id),
            commission_purpose=held.purpose,
            commission_right=tuple(
                CommissionRight(right.activity.value, right.information_type, str(right.scope))
                for right in told_rights(held)
            ),
            health_care_unit_hsa_id=None if unit is None else str(unit.hsa_id),
            health_care_unit_name=None if unit is None else unit.name,
            health_care_unit_start_date=None if unit is None else unit.period.start,
            health_care_unit_end_date=None if unit is None else unit.period.end,
            archived_health_care_unit=None if unit is None else flag(unit.archived),
            health_care_provider_hsa_id=str(provider.hsa_id),
            health_care_provider_name=provider.name,
            health_care_provider_org_no=str(provider.organisation_number),
            health_care_provider_start_date=provider.period.start,
            health_care_provider_end_date=provider.period.end,
            archived_health_care_provider=flag(provider.archived),
            social_care_provider=flag(provider.capacity is Capacity.SOCIAL_CARE),
        )


def _is_told(question: Question, held: Assignment) -> bool:
    return not held.archived and bool(question.shown(held)) and not lacks_of(question.snapshot, held)
