"""Discloses information to another organisation by the patient's consent: an arrow with its decisions and its record.

It is no direct access: the sender takes the information out of her own unit's record, which the decision point permits
type by type as a print, and hands it to one named unit. What is blocked is not disclosed.  (OSL 10 kap. 1 §, 12 kap.)
"""

import json
from base64 import b64encode
from dataclasses import dataclass, replace

from authz.actions.acting_at import need_acts_at, need_herself_at, unit_of
from authz.actions.answer_question import Pdp
from authz.actions.ask_as_caller import ask_as_caller, told
from authz.actions.carers import carers_at, records_of
from authz.actions.desk import Desk, need_unit
from authz.actions.question import Question
from authz.actions.records import instant_text
from authz.actions.telling import commit, done
from authz.core.facts import AssignmentInUse, Consent, Ground
from authz.core.request import Action, PatientKey
from authz.ports import Disclosure, Kind, Row, SealedPatient, Trail
from authz.refusals import ConsentDoesNotCover, InvalidRegistration, NotPermitted, UnknownRecord, WrongState
from vocabulary.caller import Caller
from vocabulary.codes import INFORMATION_TYPES
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber


@dataclass(frozen=True, slots=True)
class Handing:
    """``consent`` is the id of a consent with the ground ``DISCLOSURE_CONSENT_OSL``, for ``to_unit``."""

    patient: PersonalIdentityNumber
    consent: str
    to_unit: HsaId
    information_types: frozenset[str]
    zone: NetworkZone = NetworkZone.OPEN


def disclose(desk: Desk, pdp: Pdp, trail: Trail, caller: Caller, handing: Handing) -> Row:
    """From the unit of her assignment in use. Those who take part in the patient's care at ``to_unit`` are told.

    Raises ``NotAllowed``, ``UnknownStaff``, ``InvalidRegistration``, ``ConsentDoesNotCover``, ``NotPermitted`` with the
    decision's reason or for a block, and ``TrailUnavailable``.
    """
    view = desk.directory()
    person, held = need_herself_at(desk, view, caller, None, "the unit that discloses")
    need_unit(view, handing.to_unit, "/to_unit")
    to_place = view.place(handing.to_unit)
    if to_place is None or to_place.unit_provider is None or to_place.unit_provider == held.provider:
        raise InvalidRegistration(
            "a disclosure is to a unit of another care provider; within one, the staff reads in the record itself",
            pointer="/to_unit",
        )
    if not handing.information_types or not handing.information_types <= INFORMATION_TYPES:
        raise InvalidRegistration("what is disclosed are information types of the code table",
                                  pointer="/information_types")  # fmt: skip
    sealed = desk.sealed(handing.patient)
    _need_consent(desk, handing, sealed.key)
    _need_unblocked(desk, held, sealed.key, handing.information_types)
    decisions = [
        _asked(pdp, caller, person, held, handing, information_type)
        for information_type in sorted(handing.information_types)
    ]
    row_id, act = desk.new_id(), done(desk, caller, "disclosed")
    content = Disclosure(
        row_id, sealed.key, handing.consent, unit_of(held), handing.to_unit, handing.information_types,
        frozenset(decisions),
    )  # fmt: skip
    row = Row(Kind.DISCLOSURE, row_id, content, (sealed,), caller.name, act.at, act=act)
    # INVARIANT (record first): the arrow stands in the trail before anybody is told that it may go.
    trail.append([_record(row, content, caller, sealed, held)]).result()
    return commit(desk, row, carers_at(desk, sealed.key, {handing.to_unit}))


def acknowledge_disclosure(desk: Desk, trail: Trail, row_id: str, caller: Caller) -> Row:
    """It has come to the unit for which it was. By somebody there; whoever sent it is told.

    Raises ``UnknownRecord``, ``NotAllowed``, ``WrongState`` and ``TrailUnavailable``.
    """
    row = desk.book.row(Kind.DISCLOSURE, row_id)
    if row is None or not isinstance(row.content, Disclosure):
        raise UnknownRecord("there is no such record")
    disclosure = row.content
    need_acts_at(desk, desk.directory(), caller, {disclosure.to_unit}, "the unit that it was disclosed to")
    if disclosure.received:
        raise WrongState("the disclosure has been acknowledged already")
    received = row.changed(replace(disclosure, received=True), done(desk, caller, "received"))
    trail.append([_record(received, disclosure, caller, row.patients[0], None)]).result()
    return commit(desk, received, [HsaId.parse(row.registered_by)])


def _need_consent(desk: Desk, handing: Handing, patient: PatientKey) -> None:
    row, now = desk.book.row(Kind.CONSENT, handing.consent), desk.clock.now()
    consent = None if row is None else row.standing
    if (
        not isinstance(consent, Consent)
        or consent.ground is not Ground.DISCLOSURE_CONSENT_OSL
        or consent.patient != patient
        or consent.unit != handing.to_unit
        or consent.annulled
        or (consent.ended_at is not None and consent.ended_at <= now)
        or not consent.period.contains(now)
    ):
        raise ConsentDoesNotCover(
            "no current consent of the patient with the ground `DISCLOSURE_CONSENT_OSL` covers a disclosure to this "
            "unit: ask her, and register it for the unit",
            pointer="/consent",
        )


def _need_unblocked(desk: Desk, held: AssignmentInUse, patient: PatientKey, types: frozenset[str]) -> None:
    """Blocks beat consents: also one on only some days or with an exception for only some of the types."""
    now = desk.clock.now()
    for block in records_of(desk, patient).blocks:
        ours = block.provider == held.provider and block.unit in (None, held.unit)
        if ours and block.period.contains(now) and not types <= block.excepted:
            raise NotPermitted(
                "the patient has blocked information of this unit: the block is revoked first, or what it leaves out "
                "is disclosed alone"
            )


def _asked(
    pdp: Pdp, caller: Caller, person: HsaId, held: AssignmentInUse, handing: Handing, information_type: str
) -> str:
    """Whether she may take information of this type out of her own unit's record; gives the decision's id."""
    question = Question(
        Action.PRINT.value,
        "patient_information",
        "*",
        person=person,
        assignment=held.id,
        patient=handing.patient,
        information_type=information_type,
        care_unit=held.unit,
        care_provider=held.provider,
        zone=handing.zone,
    )
    answer = ask_as_caller(pdp, caller, question)
    if not answer.permit:
        raise NotPermitted(told(answer), detail=answer.decision_id)
    return answer.decision_id


def _record(
    row: Row, disclosure: Disclosure, caller: Caller, patient: SealedPatient, held: AssignmentInUse | None
) -> bytes:
    """The arrow as the trail keeps it: who, from where to where, what, by which consent and which decisions."""
    act = row.made_by
    record = {
        "kind": "disclosure",
        "at": instant_text(act.at),
        "what": act.what,
        "disclosure": row.id,
        "person": caller.name,
        "assignment": None if held is None else held.id.value,
        "system": caller.client_id,
        "patient": patient.key,
        "patient_sealed": b64encode(patient.sealed).decode(),
        "ground": Ground.DISCLOSURE_CONSENT_OSL.value,
        "consent": disclosure.consent,
        "data_unit": disclosure.from_unit.value,
        "to_unit": disclosure.to_unit.value,
        "information_types": sorted(disclosure.information_types),
        "decisions": sorted(disclosure.decisions),
    }
    return json.dumps(record, separators=(",", ":")).encode()
