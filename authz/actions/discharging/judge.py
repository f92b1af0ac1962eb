"""The treating doctor judges the patient ready for discharge, or not ready after all.  (Lag 2017:612 1 kap. 3 §)"""

from dataclasses import replace

from authz.actions.acting_at import need_herself_at
from authz.actions.carers import carers_at
from authz.actions.desk import Desk
from authz.actions.discharging.case import need_state, open_case_row
from authz.actions.telling import commit, done
from authz.core.facts import CaseState, DischargeCase
from authz.core.unknown import UNKNOWN
from authz.ports import Row
from authz.refusals import NotAllowed
from vocabulary.caller import Caller

DOCTOR = "LK"


def judge_ready(desk: Desk, row_id: str, caller: Caller) -> Row:
    """Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed`` and ``WrongState``."""
    row, case = open_case_row(desk, row_id)
    _need_treating_doctor(desk, case, caller)
    need_state(case, CaseState.ADMITTED)
    judged = row.changed(replace(case, state=CaseState.READY), done(desk, caller, "ready"))
    return commit(desk, judged, carers_at(desk, case.patient, {case.ward}))


def judge_not_ready(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """The judgement is taken back. Raises as ``judge_ready``."""
    row, case = open_case_row(desk, row_id)
    _need_treating_doctor(desk, case, caller)
    need_state(case, CaseState.READY)
    judged = row.changed(replace(case, state=CaseState.ADMITTED), done(desk, caller, "not_ready", reason))
    return commit(desk, judged, carers_at(desk, case.patient, {case.ward, *case.concerned_units}))


def _need_treating_doctor(desk: Desk, case: DischargeCase, caller: Caller) -> None:
    view = desk.directory()
    person, _ = need_herself_at(desk, view, caller, {case.ward}, "the ward")
    reader = view.reader(person)
    if reader is None or reader.licences is UNKNOWN or DOCTOR not in reader.licences:
        raise NotAllowed("whether the patient is ready is judged by a doctor")
    if person not in carers_at(desk, case.patient, {case.ward}):
        raise NotAllowed(
            "whether the patient is ready is judged by the treating doctor: register the care relationship at the ward "
            "first"
        )
