"""Steps as hypothesis draws them, of every kind, possible or not, over the small county with a second centre."""

from dataclasses import replace

from hypothesis import strategies as st

from directory import Entry, Membership
from directory.core.entries import Function
from directory.core.reorganisation import (
    END,
    Assignments,
    Children,
    CloseUnit,
    Fate,
    MergeUnits,
    MoveUnit,
    Part,
    SplitUnit,
)
from directory.core.steps import Amend, Assign, Create, End, Move, Unassign
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, ROOM, a_person, region

OTHER = replace(CENTRE, hsa_id=region("E010"), name="Mjölkuddens hälsocentral", public=False)
LAB = replace(ROOM, hsa_id=region("E011"), name="Provtagningen", parent=OTHER.hsa_id)
DESK = Function(region("F001"), CENTRE.member, OTHER.hsa_id, "Reception")
HOURS = replace(CARE, hsa_id=region("M010"), unit=OTHER.hsa_id, memberships=(Membership(ANNA.hsa_id),))
NILS = a_person("P010", "Nils Ny")
MORE: tuple[Entry, ...] = (OTHER, LAB, DESK, HOURS, NILS)

_THERE = [CENTRE.hsa_id, ROOM.hsa_id, OTHER.hsa_id, LAB.hsa_id]
_UNITS = st.sampled_from([*_THERE, *_THERE, region("E901"), region("E902")])
_PEOPLE = st.sampled_from([ANNA.hsa_id, EVA.hsa_id, NILS.hsa_id, NILS.hsa_id, region("P901")])
_HELD = st.sampled_from([CARE.hsa_id, HOURS.hsa_id])
_FATES = st.sampled_from([Assignments(Fate.TAKE), END, Assignments(Fate.LEAVE, LAB.hsa_id)])
_PLACES = st.one_of(_UNITS, st.just(region("HM01")))
_BELOW = st.sets(st.sampled_from([ROOM.hsa_id, CARE.hsa_id, LAB.hsa_id, DESK.hsa_id]), max_size=2)
STEPS = st.one_of(
    st.builds(lambda who, title: Amend(who, (("title", title),)), _PEOPLE, st.sampled_from(["chef", "kurator", None])),
    st.builds(lambda unit, name: Amend(unit, (("name", name),)), _UNITS, st.sampled_from(["Norra", "Södra"])),
    st.builds(lambda n: Create(a_person(f"P90{n}", f"Ny Person{n}")), st.integers(1, 2)),
    st.builds(End, st.one_of(_UNITS, _PEOPLE)),
    st.builds(Move, st.one_of(_UNITS, _HELD, st.just(DESK.hsa_id)), _PLACES),
    st.builds(Assign, _HELD, _PEOPLE),
    st.builds(Unassign, _HELD, _PEOPLE),
    st.builds(MoveUnit, _UNITS, _PLACES),
    st.builds(lambda gone, to, fate: MergeUnits((gone,), to, fate), _UNITS, _UNITS, _FATES),
    st.builds(
        lambda unit, n, takes: SplitUnit(unit, (Part(region(f"E90{n}"), f"Del {n}", tuple(takes)),)),
        _UNITS,
        st.integers(1, 2),
        _BELOW,
    ),
    st.builds(
        lambda unit, children, fate: CloseUnit(unit, children, None, fate), _UNITS, st.sampled_from(Children), _FATES
    ),
)
