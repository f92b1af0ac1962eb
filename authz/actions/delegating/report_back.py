"""The recipient reports back what happened, and the delegator says that she has read it.  (the source's process map)"""

from dataclasses import replace

from authz.actions.delegating.end import spend_delegation
from authz.actions.delegating.overseers import all_overseers
from authz.actions.delegating.step import need_herself, open_delegation
from authz.actions.desk import Desk, read_note
from authz.actions.telling import done
from authz.ports import DelegationReport, DelegationTerms, Kind, Notice, Row, Weight
from authz.refusals import InvalidRegistration, UnknownRecord, WrongState
from vocabulary.caller import Caller
from vocabulary.personal_number import PersonalIdentityNumber


def report_back(
    desk: Desk, row_id: str, caller: Caller, weight: Weight, text: str, patient: PersonalIdentityNumber | None
) -> Row:
    """Told to the delegator, and a deviation to the chief nurses and heads of operations as well.

    It may come after the delegation has ended: what happened before is still to be told. Raises ``UnknownRecord``,
    ``NotAllowed``, ``InvalidRegistration`` for a patient whom the delegation does not name, and ``InvalidValue``.
    """
    row, terms = _delegation(desk, row_id)
    need_herself(caller, terms.recipient, "the recipient")
    sealed = () if patient is None else (desk.sealed(patient),)
    if terms.patients and any(one.key not in terms.patients for one in sealed):
        raise InvalidRegistration("the delegation does not name this patient", pointer="/patient")
    report_id, act = desk.new_id(), done(desk, caller, "reported")
    content = DelegationReport(report_id, row.id, weight, read_note(text, "/text"))
    told = [terms.delegator]
    if weight is Weight.DEVIATION:
        told += sorted(all_overseers(desk.directory(), terms), key=lambda person: person.key)
    report = Row(Kind.DELEGATION_REPORT, report_id, content, sealed, caller.name, act.at, act=act)
    notices = [
        Notice(person, str(weight), report.kind, report_id, act.at) for person in told if person != caller.person
    ]
    desk.book.commit([report], notices)
    return report


def acknowledge_report(desk: Desk, row_id: str, report_id: str, caller: Caller) -> Row:
    """By the delegator. Raises ``UnknownRecord``, ``NotAllowed`` and ``WrongState`` for one that was before."""
    _, terms = _delegation(desk, row_id)
    need_herself(caller, terms.delegator, "the delegator")
    report = desk.book.row(Kind.DELEGATION_REPORT, report_id)
    if report is None or not isinstance(report.content, DelegationReport) or report.content.delegation != row_id:
        raise UnknownRecord("there is no such record")
    if report.content.acknowledged:
        raise WrongState("the report has been acknowledged already")
    act = done(desk, caller, "acknowledged")
    read = report.changed(replace(report.content, acknowledged=True), act)
    desk.book.commit([read], [Notice(terms.recipient, act.what, read.kind, read.id, act.at)])
    return read


def report_occasion(desk: Desk, row_id: str, caller: Caller) -> Row:
    """The recipient has done the one thing that she was delegated. Raises ``UnknownRecord``, ``AlreadyEnded``,
    ``NotAllowed``, and ``WrongState`` for one that is not for one occasion."""
    row, terms = open_delegation(desk, row_id)
    need_herself(caller, terms.recipient, "the recipient")
    if not terms.once:
        raise WrongState("the delegation is not for one occasion")
    return spend_delegation(desk, row, caller)


def _delegation(desk: Desk, row_id: str) -> tuple[Row, DelegationTerms]:
    row = desk.book.row(Kind.DELEGATION, row_id)
    if row is None or not isinstance(row.content, DelegationTerms):
        raise UnknownRecord("there is no such record")
    return row, row.content
