"""The domain ``organization``: the care unit of a unit, the units of a care unit, a provider's care units, a provider.

Which unit belongs to which care unit follows from the tree: a unit or function that is no care unit itself belongs to
the nearest one above it. What has ended or was archived is told with its dates and its flag; what lacks its name, its
number or its provider is not told.  (HSA, rules of quality 2, 3 and 5)
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from directory.core.completeness import care_unit_lacks, provider_lacks
from directory.core.entries import CareProvider, Function, Unit
from directory.core.field_rules import problem_with
from directory.core.national.question import Flag, Question, flag, some
from directory.core.snapshot import Snapshot
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    address_line: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCareProvider:
    health_care_provider_hsa_id: str
    health_care_provider_name: str
    health_care_provider_public_name: str
    health_care_provider_org_no: str
    health_care_provider_start_date: datetime | None
    health_care_provider_end_date: datetime | None
    archived_health_care_provider: Flag
    social_care_provider: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCareUnit(HealthCareProvider):
    """GetHealthCareUnit 2.0: a unit or function, the care unit that it belongs to, and that one's provider."""

    health_care_unit_member_hsa_id: str
    health_care_unit_member_name: str
    health_care_unit_member_public_name: str
    health_care_unit_member_start_date: datetime | None
    health_care_unit_member_end_date: datetime | None
    archived_health_care_unit_member: Flag
    unit_is_health_care_unit: Flag
    health_care_unit_hsa_id: str
    health_care_unit_name: str
    health_care_unit_public_name: str
    health_care_unit_start_date: datetime | None
    health_care_unit_end_date: datetime | None
    archived_health_care_unit: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedUnit:
    health_care_unit_hsa_id: str
    health_care_unit_name: str
    health_care_unit_public_name: str
    health_care_unit_start_date: datetime | None
    health_care_unit_end_date: datetime | None
    archived_health_care_unit: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCareUnitList(HealthCareProvider):
    """GetHealthCareUnitList 2.0: a provider and all its care units."""

    health_care_unit: tuple[ListedUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCareUnitMember:
    """The small p of ``…MemberpostalAddress`` is the contract's own."""

    health_care_unit_member_hsa_id: str
    health_care_unit_member_name: str
    health_care_unit_member_public_name: str
    health_care_unit_member_start_date: datetime | None
    health_care_unit_member_end_date: datetime | None
    health_care_unit_member_prescription_code: tuple[str, ...]
    health_care_unit_member_telephone_number: tuple[str, ...]
    health_care_unit_memberpostal_address: PostalAddress | None
    archived_health_care_unit_member: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCareUnitMembers:
    """GetHealthCareUnitMembers 2.1: a care unit, its provider, and the units and functions that belong to it."""

    health_care_unit_hsa_id: str
    health_care_unit_name: str
    health_care_unit_public_name: str
    health_care_provider: HealthCareProvider
    health_care_unit_start_date: datetime | None
    health_care_unit_end_date: datetime | None
    health_care_unit_prescription_code: tuple[str, ...]
    telephone_number: tuple[str, ...]
    postal_address: PostalAddress | None
    archived_health_care_unit: Flag
    health_care_unit_member: tuple[HealthCareUnitMember, ...]


def health_care_unit(question: Question, member: HsaId) -> HealthCareUnit | None:
    """``None`` for what is unknown, belongs to no care unit, or is not whole."""
    snapshot = question.snapshot
    entry = snapshot.unit(member) or snapshot.function(member)
    unit = None if entry is None else care_unit_of(snapshot, entry)
    if entry is None or unit is None or not _is_told(question, entry):
        return None
    provider = _provider_of(question, unit)
    if provider is None:
        return None
    return HealthCareUnit(
        **_told_as("health_care_unit_member", entry),
        unit_is_health_care_unit=flag(entry.hsa_id == unit.hsa_id),
        **_told_as("health_care_unit", unit),
        **_values(provider),
    )


def health_care_units(question: Question, provider: HsaId) -> HealthCareUnitList | None:
    found = health_care_provider(question, provider)
    if found is None:
        return None
    held = question.snapshot.care_provider(provider)
    assert held is not None, "it was told"
    units = (unit for unit in question.snapshot.units(held.member) if unit.care_provider == provider)
    told = sorted((unit for unit in units if _is_told(question, unit)), key=lambda unit: unit.hsa_id.key)
    return HealthCareUnitList(
        **_values(found),
        health_care_unit=tuple(ListedUnit(**_told_as("health_care_unit", unit)) for unit in told),
    )


def health_care_unit_members(question: Question, unit: HsaId) -> HealthCareUnitMembers | None:
    found = question.snapshot.unit(unit)
    provider = None if found is None else _provider_of(question, found)
    if found is None or provider is None:
        return None
    members = sorted(_belonging(question.snapshot, found), key=lambda entry: entry.hsa_id.key)
    return HealthCareUnitMembers(
        **_told_as("health_care_unit", found),
        health_care_unit_prescription_code=_prescription_codes(question, found),
        telephone_number=some(found.telephone),
        postal_address=_address(found.postal_address),
        health_care_provider=provider,
        health_care_unit_member=tuple(
            HealthCareUnitMember(
                **_told_as("health_care_unit_member", entry),
                health_care_unit_member_prescription_code=_prescription_codes(question, entry),
                health_care_unit_member_telephone_number=some(entry.telephone),
                health_care_unit_memberpostal_address=_address(entry.postal_address),
            )
            for entry in members
            if _is_told(question, entry)
        ),
    )


def health_care_provider(question: Question, provider: HsaId) -> HealthCareProvider | None:
    """GetHealthCareProvider 1.0 by HSA-id."""
    found = question.snapshot.care_provider(provider)
    return None if found is None else _provider(question, found)


def health_care_providers(question: Question, number: OrganisationNumber) -> tuple[HealthCareProvider, ...]:
    """GetHealthCareProvider 1.0 by organisation number: a municipality's health care and its social care have one
    number and are two providers."""
    found = (one for one in question.snapshot.care_providers() if one.organisation_number == number)
    told = (_provider(question, one) for one in sorted(found, key=lambda one: one.hsa_id.key))
    return tuple(one for one in told if one is not None)


def care_unit_of(snapshot: Snapshot, entry: Unit | Function) -> Unit | None:
    """The care unit that ``entry`` is or belongs to: the nearest one above it."""
    seen: set[str] = set()
    unit = entry if isinstance(entry, Unit) else snapshot.unit(entry.unit)
    while unit is not None and unit.care_provider is None:
        seen.add(unit.hsa_id.key)
        above = None if unit.parent is None else snapshot.unit(unit.parent)
        # A tree written past us may go round.
        unit = None if above is None or above.hsa_id.key in seen else above
    return unit


def _belonging(snapshot: Snapshot, unit: Unit) -> Iterator[Unit | Function]:
    """All below ``unit`` down to the next care units."""
    seen = {unit.hsa_id.key}
    waiting = [unit]
    while waiting:
        for entry in snapshot.below(waiting.pop().hsa_id):
            if isinstance(entry, Function):
                yield entry
            elif isinstance(entry, Unit) and entry.care_provider is None and entry.hsa_id.key not in seen:
                seen.add(entry.hsa_id.key)
                waiting.append(entry)
                yield entry


def _provider_of(question: Question, unit: Unit) -> HealthCareProvider | None:
    """The care unit's provider, if both may be told."""
    provider = None if unit.care_provider is None else question.snapshot.care_provider(unit.care_provider)
    whole = provider is not None and _is_told(question, unit) and not care_unit_lacks(question.snapshot, unit)
    return _provider(question, provider) if provider is not None and whole else None


def _provider(question: Question, provider: CareProvider) -> HealthCareProvider | None:
    if provider_lacks(provider) or not question.shown(provider):
        return None
    return HealthCareProvider(
        **_told_as("health_care_provider", provider),
        health_care_provider_org_no=str(provider.organisation_number),
        social_care_provider=flag(provider.capacity is Capacity.SOCIAL_CARE),
    )


def _told_as(part: str, entry: CareProvider | Unit | Function) -> dict[str, Any]:
    """What the contracts tell of each part of the organisation, under that part's name. We keep one name of each, and
    tell it as the public one too."""
    return {
        f"{part}_hsa_id": str(entry.hsa_id),
        f"{part}_name": entry.name,
        f"{part}_public_name": entry.name,
        f"{part}_start_date": entry.period.start,
        f"{part}_end_date": entry.period.end,
        f"archived_{part}": flag(entry.archived),
    }


def _is_told(question: Question, entry: Unit | Function) -> bool:
    return bool(question.shown(entry)) and problem_with(entry, "name") is None


def _prescription_codes(question: Question, entry: Unit | Function) -> tuple[str, ...]:
    if isinstance(entry, Function) or "prescription_code" not in question.shown(entry):
        return ()
    return some(entry.prescription_code)


def _address(lines: str | None) -> PostalAddress | None:
    return None if lines is None else PostalAddress(address_line=tuple(lines.split("\n")))


def _values(provider: HealthCareProvider) -> dict[str, Any]:
    return {each.name: getattr(provider, each.name) for each in fields(HealthCareProvider)}
