"""Questions and facts drawn by chance out of the small Norrbotten, for laws that hold for any of them."""

from typing import Any

from hypothesis import strategies as st

from authz.core.facts import CaseState, Facts, Ground, LiftReason, Patient, Reader
from authz.core.request import Action
from tests.authz.core.situations import (
    BODEN,
    BODEN_SOCIAL,
    CARE_CENTRE,
    ELSA,
    HOME_CARE,
    LULEA_HOME_CARE,
    NOW,
    NURSE,
    NURSING,
    PAST,
    REGION,
    TYRA,
    WARD,
    YEAR,
    ask,
    assignment,
    block,
    consent,
    delegation,
    delegator,
    discharge,
    emergency,
    lift,
    moved,
    notes,
    perform,
    receive,
    recipient,
    relationship,
    send,
    sign,
)
from vocabulary.codes import Purpose

UNITS = st.sampled_from([WARD, CARE_CENTRE, NURSING, HOME_CARE, LULEA_HOME_CARE])
PERIODS = st.sampled_from([YEAR, PAST])
PATIENTS = st.sampled_from([ELSA, ELSA, TYRA])
LICENCES = st.sampled_from([frozenset(), frozenset({"SJ"}), frozenset({"LK"})])
GRANTS = ("care_relationships", "service_recipients", "consents", "lifts", "emergencies", "delegations")
REGISTERS = (
    *GRANTS, "blocks", "responsibility_moves", "discharge_cases", "task", "patient", "reader", "assignment",
    "information",
)  # fmt: skip


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


BLOCKS = st.one_of(
    st.builds(lambda p, who: block(p, patient=who), st.sampled_from([REGION, BODEN, BODEN_SOCIAL]), PATIENTS),
    st.sampled_from([block(REGION, CARE_CENTRE), block(REGION, WARD), block(BODEN, NURSING)]),
)
DELEGATIONS = st.builds(
    lambda by, period, accepted, licences, lapsed: delegation(
        delegator(by, licences=licences, active=not lapsed),
        period=period,
        accepted=accepted,
        receiving_member_agreed=accepted,
    ),
    st.sampled_from([CARE_CENTRE, NURSING]),
    PERIODS,
    st.booleans(),
    LICENCES,
    st.booleans(),
)

FACTS = st.builds(
    Facts,
    now=st.just(NOW),
    reader=st.builds(lambda held: Reader(NURSE, None, held), LICENCES),
    assignment=st.builds(
        lambda unit, purpose, period: assignment(unit, purpose=purpose, period=period),
        UNITS,
        st.sampled_from([Purpose.CARE, Purpose.CARE, Purpose.CARE, Purpose.STATISTICS, "Forskning", None]),
        st.sampled_from([YEAR, YEAR, YEAR, PAST]),
    ),
    care_relationships=some(
        st.builds(lambda unit, who, period: relationship(unit, patient=who, period=period), UNITS, PATIENTS, PERIODS)
    ),
    responsibility_moves=some(st.builds(lambda unit: moved(unit, "SJ"), UNITS)),
    service_recipients=some(st.just(recipient())),
    consents=some(st.builds(lambda unit, ground, period: consent(unit, ground, period=period), UNITS,
                            st.sampled_from(Ground), PERIODS)),
    blocks=some(BLOCKS),
    lifts=some(st.builds(lift, UNITS, st.sampled_from(LiftReason))),
    emergencies=some(st.builds(emergency, UNITS)),
    delegations=some(DELEGATIONS),
    discharge_cases=some(st.builds(discharge, st.sampled_from(CaseState))),
    patient=st.builds(Patient, st.just(ELSA), st.booleans()),
)  # fmt: skip

REQUESTS = st.one_of(
    st.builds(
        lambda unit, kind, action, task: ask(notes(unit, kind, task=task), action),
        UNITS,
        st.sampled_from(["voo", "lak", "vpo", None]),
        st.sampled_from([Action.READ, Action.READ, Action.WRITE, Action.PRINT]),
        st.sampled_from([None, None, "give_insulin"]),
    ),
    st.sampled_from([perform(), sign()]),
    st.builds(send, st.sampled_from(["inskrivning", "utskrivningsklar", "kallelse", "plan"])),
    st.builds(receive, st.just("inskrivning")),
)
