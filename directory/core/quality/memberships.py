"""Assignments given to people of members that may not be assigned.  (HSA, rule of quality 6)"""

from collections.abc import Iterator

from directory.core.bounds import may_assign
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing


def about_memberships(standing: Standing) -> Iterator[Finding]:
    after = standing.as_it_is()
    for assignment in standing.truth.assignments():
        if not standing.counts(assignment):
            continue
        for membership in assignment.memberships:
            person = standing.truth.person(membership.person)
            if person is None or not membership.period.contains(standing.now) or may_assign(assignment, person, after):
                continue
            yield Finding(
                "member_not_allowed", assignment, f"`{person.hsa_id}` is of `{person.member}`", person.hsa_id.key,
                named=(person.hsa_id,), also=(assignment.member,),
            )  # fmt: skip
