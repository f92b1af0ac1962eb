"""Registers a delegation that was signed and accepted on paper, by an application that answers for it.
(PSL 6 kap. 3 §, HSF 2017:80 4 kap. 6 §, SOSFS 1997:14)"""

from dataclasses import dataclass, replace

from authz.actions.delegating.written import Written, need_sound, terms_of
from authz.actions.desk import Desk
from authz.ports import Act, Kind, Row
from authz.refusals import NotAccepted


@dataclass(frozen=True, slots=True)
class Paper:
    written: Written
    accepted: bool = True
    receiving_member_agreed: bool = False


def register_on_paper(desk: Desk, paper: Paper, *, by: str) -> Row:
    """Raises as ``need_sound``, and ``NotAccepted``. One across providers that nobody agreed to waits for it."""
    view = need_sound(desk, paper.written)
    if not paper.accepted:
        raise NotAccepted("the recipient has not accepted the delegation", pointer="/accepted")
    now, row_id = desk.clock.now(), desk.new_id()
    patients = tuple(desk.sealed(number) for number in paper.written.patients)
    terms = terms_of(row_id, paper.written, patients, view, now, signed=True, accepted=True)
    terms = replace(terms, receiving_member_agreed=paper.receiving_member_agreed)
    row = Row(Kind.DELEGATION, row_id, terms, patients, by, now, act=Act("on_paper", by, now))
    desk.book.commit([row])
    return row
