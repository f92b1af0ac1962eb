"""The naive reading of grounds across providers and of blocks.  (Lag 2022:913 2 and 3 kap.; PDL 4 kap. 4-5 §)"""

from datetime import UTC, date, timedelta

from authz.core.facts import AssignmentInUse, Block, Consent, Facts, Ground, InformationPlace, Lift, LiftReason, Reader
from authz.core.request import Information, PatientKey, Request
from tests.authz.oracle.plainly import Denied, demand, holds, known, today
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose


def some_ground_across_providers(
    request: Request, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> str:
    """The law is exhaustive: one of these, or nothing.  (Lag 2022:913 3 kap. 7 §, in force 2023-01-01)"""
    demand(today(facts.now) >= date(2023, 1, 1), "no law opens another provider's data yet")
    patient = known(request.patient, "the patient")
    grounds = _HEALTH_CARE if in_use.capacity is Capacity.HEALTH_CARE else _SOCIAL_CARE
    why = []
    for ground in grounds:
        try:
            ground(patient, reader, in_use, place, facts)
        except Denied as lacking:
            why.append(str(lacking))
        else:
            return ground.__name__.strip("_")
    raise Denied("no ground across providers: " + "; ".join(why))


def _consents(
    ground: Ground, patient: PatientKey, reader: Reader, in_use: AssignmentInUse, facts: Facts
) -> list[Consent]:
    """Those that stand: for the unit or the person, begun, not over, not ended, never annulled."""
    return [
        consent
        for consent in known(facts.consents, "consents")
        if consent.ground is ground
        and consent.patient == patient
        and consent.unit == in_use.unit
        and consent.person in (None, reader.id)
        and holds(consent.period, facts.now)
        and (consent.ended_at is None or facts.now < consent.ended_at)
        and not consent.annulled
    ]


def _consent_3_1(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """A care provider: the patient consents. That there is a care relationship was demanded before."""
    demand(bool(_consents(Ground.CONSENT_3_1, patient, reader, in_use, facts)), "no consent (3:1)")


def _child_3_1(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """A care provider: a child that cannot consent."""
    demand(bool(_consents(Ground.CHILD_3_1, patient, reader, in_use, facts)), "no child registered (3:1)")
    _is_a_child(patient, facts)


def _incapacity_3_3(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """A care provider: the patient lacks capacity, not only for now; the rest is what the registration asserts."""
    demand(bool(_consents(Ground.INCAPACITY_3_3, patient, reader, in_use, facts)), "no incapacity (3:3)")


def _emergency_3_6(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """A care provider, and data of care providers: a registered assertion with reason in words and an end."""
    demand(place.capacity is Capacity.HEALTH_CARE, "an emergency opens no data of social care")
    stands = any(
        emergency.patient == patient
        and emergency.person == reader.id
        and emergency.unit == in_use.unit
        and bool(emergency.reason.strip())
        and emergency.period.end is not None
        and holds(emergency.period, facts.now)
        for emergency in known(facts.emergencies, "emergencies")
    )
    demand(stands, "no emergency (3:6)")


def _consent_social_3_2(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """A social care provider: the patient gets or is assessed for its services, and consents."""
    _gets_services(patient, in_use, facts)
    demand(bool(_consents(Ground.CONSENT_SOCIAL_3_2, patient, reader, in_use, facts)), "no consent (3:2)")


def _child_social_3_2(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """The child exception is only for data from other social care providers."""
    _gets_services(patient, in_use, facts)
    demand(place.capacity is Capacity.SOCIAL_CARE, "for a child social care sees only data of social care")
    demand(bool(_consents(Ground.CHILD_SOCIAL_3_2, patient, reader, in_use, facts)), "no child registered (3:2)")
    _is_a_child(patient, facts)


def _incapacity_social_3_4(
    patient: PatientKey, reader: Reader, in_use: AssignmentInUse, place: InformationPlace, facts: Facts
) -> None:
    """The same as 3:3 for social care, and only data from other social care providers."""
    _gets_services(patient, in_use, facts)
    demand(place.capacity is Capacity.SOCIAL_CARE, "for the incapable social care sees only data of social care")
    demand(bool(_consents(Ground.INCAPACITY_SOCIAL_3_4, patient, reader, in_use, facts)), "no incapacity (3:4)")


_HEALTH_CARE = (_consent_3_1, _child_3_1, _incapacity_3_3, _emergency_3_6)
_SOCIAL_CARE = (_consent_social_3_2, _child_social_3_2, _incapacity_social_3_4)


def _is_a_child(patient: PatientKey, facts: Facts) -> None:
    who = known(facts.patient, "who the patient is")
    demand(who.key == patient and known(who.child, "whether she is a child"), "she is no child")


def _gets_services(patient: PatientKey, in_use: AssignmentInUse, facts: Facts) -> None:
    gets = any(
        one.patient == patient and one.provider == in_use.provider and holds(one.period, facts.now)
        for one in known(facts.service_recipients, "recipients of services")
    )
    demand(gets, "she gets no services of this provider")


# Blocks


def no_block_hides(
    asked: Information, patient: PatientKey, reader: Reader, in_use: AssignmentInUse, facts: Facts
) -> None:
    """Blocks beat consents. Nothing hides a unit's data from the unit itself, so there none need be read."""
    if in_use.unit is not None and in_use.unit == asked.unit:
        return
    for block in known(facts.blocks, "blocks"):
        if block.patient != patient or not holds(block.period, facts.now):
            continue
        if not _hides_from(block, asked, in_use) or _excepts(block, asked) or _of_other_days(block, asked):
            continue
        lifts = known(facts.lifts, "lifts of blocks")
        demand(
            any(_opens(lift, block, asked, reader, in_use, facts) for lift in lifts), f"the block {block.id} hides it"
        )


def _hides_from(block: Block, asked: Information, in_use: AssignmentInUse) -> bool:
    """Inner: from every other unit, of other providers too. Outer: from every other provider.  (Spärr 4.0.4)"""
    if block.unit is not None:
        return block.unit == asked.unit and block.unit != in_use.unit
    return block.provider == asked.provider and block.provider != in_use.provider


def _excepts(block: Block, asked: Information) -> bool:
    """Only `lak` and `upp` can be excepted; what is unspecified is blocked."""
    return asked.information_type in ("lak", "upp") and asked.information_type in block.excepted


def _of_other_days(block: Block, asked: Information) -> bool:
    """The information's days lie wholly outside the block's; days that are not known lie nowhere outside."""
    if block.first is not None and asked.last is not None and asked.last < block.first:
        return True
    return block.last is not None and asked.first is not None and asked.first > block.last


def _opens(lift: Lift, block: Block, asked: Information, reader: Reader, in_use: AssignmentInUse, facts: Facts) -> bool:
    """A current lift that matches the reader's unit, and person if named. It lasts at most seven days, serves care
    alone, and for another provider's data needs the patient's consent.  (PDL 4 kap. 5 §; Lag 2022:913 2 kap. 3 §)"""
    if lift.block != block.id or lift.unit != in_use.unit or lift.person not in (None, reader.id):
        return False
    if in_use.purpose != Purpose.CARE or lift.period.start is None or not holds(lift.period, facts.now):
        return False
    if facts.now >= lift.period.start.astimezone(UTC) + min(facts.policy.longest_lift, timedelta(days=7)):
        return False
    if asked.provider != in_use.provider or block.provider != in_use.provider:
        return lift.reason in facts.policy.reasons_that_lift_outer
    # Emergency access does not exist in social care.
    return lift.reason is LiftReason.PATIENTS_CONSENT or in_use.capacity is Capacity.HEALTH_CARE
