"""Laws that hold for any facts: more restriction or less knowledge never opens anything, and order says nothing."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from authz.core.decide import decide_or_raise
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.facts import Facts
from authz.core.next_steps import next_steps
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from tests.authz.core.administration_situations import BODEN as BODENS
from tests.authz.core.administration_situations import (
    ELSEWHERE,
    MEMBER,
    OFFICE,
    ROOM,
    SUBUNIT,
    UNIT,
    a_person,
    an_admin_assignment,
    an_entry,
    held,
    standing,
    wants,
)
from tests.authz.core.administration_situations import LULEA as LULEAS_MEMBER
from tests.authz.core.drawn_situations import BLOCKS, FACTS, GRANTS, PERIODS, REGISTERS, REQUESTS, some
from tests.authz.core.situations import (
    NOW,
    OTHER,
    PAST,
    REGION,
    TYRA,
    WARD,
    YEAR,
    block,
    consent,
    delegation,
    emergency,
    moved,
    placed,
    relationship,
)
from vocabulary.duties import Duty


def permits(request: Request, facts: Facts) -> bool:
    return decide_or_raise(request, facts).permit


@given(REQUESTS, FACTS, BLOCKS)
@settings(max_examples=300, deadline=None)
def test_one_more_block_never_opens(request_, facts, added) -> None:
    facts = placed(request_, facts)

    more = replace(facts, blocks=(*facts.blocks, replace(added, id="added")))

    assert permits(request_, facts) or not permits(request_, more)


@given(REQUESTS, FACTS, st.sampled_from(GRANTS))
@settings(max_examples=400, deadline=None)
def test_one_grant_less_never_opens(request_, facts, register) -> None:
    facts = placed(request_, facts)

    fewer = replace(facts, **{register: getattr(facts, register)[1:]})

    assert permits(request_, facts) or not permits(request_, fewer)


@given(REQUESTS, FACTS, st.sampled_from(REGISTERS))
@settings(max_examples=500, deadline=None)
def test_a_register_that_cannot_be_read_never_opens(request_, facts, register) -> None:
    facts = placed(request_, facts)

    unread = replace(facts, **{register: UNKNOWN})

    assert permits(request_, facts) or not permits(request_, unread)


@given(REQUESTS, FACTS)
@settings(max_examples=200, deadline=None)
def test_an_unreadable_licence_register_never_opens(request_, facts) -> None:
    facts = placed(request_, facts)

    unread = replace(facts, reader=replace(facts.reader, licences=UNKNOWN, restrictions=UNKNOWN))

    assert permits(request_, facts) or not permits(request_, unread)


@given(REQUESTS, FACTS)
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_records_says_nothing(request_, facts) -> None:
    facts = placed(request_, facts)
    turned = replace(
        facts,
        **{name: getattr(facts, name)[::-1] for name in (*GRANTS, "blocks", "responsibility_moves", "discharge_cases")},
    )

    first, second = decide_or_raise(request_, facts), decide_or_raise(request_, turned)

    assert first[:4] == second[:4]


@given(REQUESTS, FACTS)
@settings(max_examples=200, deadline=None)
def test_other_patients_and_readers_records_say_nothing(request_, facts) -> None:
    facts = placed(request_, facts)
    crowded = replace(
        facts,
        care_relationships=(*facts.care_relationships, replace(relationship(WARD), person=OTHER)),
        consents=(*facts.consents, consent(WARD, patient=TYRA), consent(WARD, person=OTHER)),
        blocks=(*facts.blocks, block(REGION, patient=TYRA), block(REGION, WARD, patient=TYRA)),
        emergencies=(*facts.emergencies, emergency(WARD, person=OTHER)),
        delegations=(*facts.delegations, delegation(recipient=OTHER)),
        responsibility_moves=(*facts.responsibility_moves, replace(moved(WARD, "SJ"), patient=TYRA)),
    )

    assert decide_or_raise(request_, facts)[:4] == decide_or_raise(request_, crowded)[:4]


@given(REQUESTS, FACTS)
@settings(max_examples=100, deadline=None)
def test_every_answer_explains_itself_until_some_later_instant(request_, facts) -> None:
    decision = decide_or_raise(request_, placed(request_, facts))

    assert decision.reason_admin.startswith(decision.rule)
    assert not (decision.permit and next_steps(decision))
    assert decision.valid_until is None or decision.valid_until - NOW > timedelta(0)
    assert bool(decision.obligations) is decision.permit


ADMINISTERING = st.builds(
    lambda duties, areas, period: held(*duties, areas=areas, period=period),
    st.lists(st.sampled_from(Duty), min_size=1, max_size=3),
    st.sampled_from([None, (), (MEMBER,), (UNIT,), (SUBUNIT,), (ELSEWHERE,), (UNIT, ELSEWHERE)]),
    PERIODS,
)
WORK = st.sampled_from([(), (frozenset({ROOM, OFFICE, BODENS}),), (frozenset({OFFICE, BODENS}), UNKNOWN)])
ENTRIES = st.one_of(
    st.builds(
        lambda kind, above, lets_in: an_entry(kind, above=above, lets_in=lets_in),
        st.sampled_from([kind for kind in EntryKind if kind not in (EntryKind.PERSON, EntryKind.ADMIN_ASSIGNMENT)]),
        st.sampled_from([frozenset({BODENS}), frozenset({ROOM, OFFICE, BODENS}), UNKNOWN]),
        st.sampled_from([frozenset(), frozenset({LULEAS_MEMBER})]),
    ),
    st.builds(
        lambda work, protected, powers: a_person(work=work, protected=protected, powers=powers),
        WORK, st.booleans(), some(ADMINISTERING),
    ),
    st.builds(
        lambda duties, areas, own: an_admin_assignment(*duties, areas=areas, own=own),
        st.lists(st.sampled_from(Duty), max_size=2),
        st.sampled_from([None, (MEMBER,), (UNIT,), (SUBUNIT,), (ELSEWHERE,)]),
        st.sampled_from([(), (YEAR,), (PAST,)]),
    ),
)  # fmt: skip
ADMINISTRATIVE = st.sampled_from([Action.READ, Action.CREATE, Action.CHANGE, Action.END, Action.ASSIGN])
CLASSES = st.lists(st.sampled_from(AttributeClass), min_size=1, max_size=2)


@given(ENTRIES, ADMINISTRATIVE, CLASSES, st.lists(ADMINISTERING, min_size=1, max_size=3), st.data())
@settings(max_examples=400, deadline=None)
def test_one_admin_assignment_less_never_opens(entry, action, classes, mine, data) -> None:
    asked, gathered = wants(entry, action, *classes), standing(entry, *mine)
    fewer = [one for one in mine if one is not data.draw(st.sampled_from(mine))]

    assert permits(asked, gathered) or not permits(asked, standing(entry, *fewer))


@given(ENTRIES, ADMINISTRATIVE, CLASSES, st.lists(ADMINISTERING, min_size=1, max_size=3), st.sampled_from(Duty))
@settings(max_examples=400, deadline=None)
def test_one_duty_more_never_closes(entry, action, classes, mine, duty) -> None:
    asked, gathered = wants(entry, action, *classes), standing(entry, *mine)
    first = mine[0]
    more = replace(first, power=replace(first.power, duties=first.power.duties | {duty}))

    assert not permits(asked, gathered) or permits(asked, standing(entry, more, *mine[1:]))


@given(ENTRIES, ADMINISTRATIVE, CLASSES, some(ADMINISTERING), CLASSES)
@settings(max_examples=300, deadline=None)
def test_to_touch_more_never_opens(entry, action, classes, mine, more) -> None:
    gathered, writing = standing(entry, *mine), action if action is not Action.READ else Action.CHANGE

    alone, together = (permits(wants(entry, writing, *kinds), gathered) for kinds in (classes, [*classes, *more]))

    assert alone or not together


@given(ENTRIES, ADMINISTRATIVE, CLASSES, some(ADMINISTERING), st.sampled_from(["entry", "admin_assignments", "reader"]))
@settings(max_examples=300, deadline=None)
def test_a_directory_that_cannot_be_read_never_opens_itself(entry, action, classes, mine, register) -> None:
    gathered = standing(entry, *mine)
    staff = set(classes) <= {AttributeClass.OPEN, AttributeClass.STAFF} and action is Action.READ

    unread = replace(gathered, **{register: UNKNOWN})

    assert not permits(wants(entry, action, *classes), unread) or (staff and register == "admin_assignments")
