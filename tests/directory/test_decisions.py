"""Whose decision is needed for what: by the members whom something tells of, and everybody's where nobody can tell."""

from dataclasses import replace

import pytest

from directory import Entry, Membership
from directory.core.decisions import Concern, Decisions
from directory.core.entries import AdminAssignment
from directory.core.snapshot import EMPTY, Snapshot
from directory.core.steps import Amend, Create, Move
from tests.directory.http.two_members import HOME_CARE, THEIRS
from tests.directory.parts import ANNA, BODEN, BODENS_PROVIDER, CARE, CENTRE, COUNTY, REGION, ROOM, boden, region
from vocabulary.hsa_id import HsaId

ALL = {REGION.hsa_id, BODEN.hsa_id}
BODENS, REGIONS = "Arkivnämnden i Boden, dnr 17", "Regionarkivet, dnr 18"
OUR, THEIR = Decisions(own={REGION.hsa_id: REGIONS}), Decisions(own={BODEN.hsa_id: BODENS})
UNHEARD_OF = HsaId.parse("SE2120002890-P1")
"""Of an organisation that is no member here."""


def concern(*more: Entry) -> Concern:
    return Concern.in_(Snapshot.of(((entry, 1) for entry in (*COUNTY, BODENS_PROVIDER, HOME_CARE, *more)), 1))


@pytest.mark.law("Arkivlag (1990:782) 8 §")
def test_a_member_is_covered_by_its_own_decision_and_by_nobody_elses() -> None:
    assert THEIR.covering({BODEN.hsa_id}) == (BODENS,)
    assert THEIR.covering({REGION.hsa_id}) == ()
    assert THEIR.covering(ALL) == ()
    assert Decisions(own={**OUR.own, **THEIR.own}).covering(ALL) == (BODENS, REGIONS)


def test_a_joint_decision_covers_all_and_a_members_own_goes_before_it() -> None:
    joint = Decisions("Gemensamma arkivnämnden, dnr 1", THEIR.own)

    assert joint.covering({REGION.hsa_id}) == (joint.joint,)
    assert joint.covering({BODEN.hsa_id}) == (BODENS,)
    assert joint.covering(ALL) == (BODENS, joint.joint)
    assert joint.missing({UNHEARD_OF}) == set()


def test_what_tells_of_nobody_that_is_known_is_covered_by_a_joint_decision_only() -> None:
    assert Decisions(own={**OUR.own, **THEIR.own}).covering(()) == ()
    assert Decisions("dnr 17").covering(()) == ("dnr 17",)
    assert Decisions().covering(()) == Decisions().covering(ALL) == ()


def test_no_text_is_no_decision() -> None:
    assert not Decisions()
    assert not Decisions("", {BODEN.hsa_id: ""})
    assert Decisions("", {BODEN.hsa_id: ""}).covering({BODEN.hsa_id}) == ()
    assert OUR and Decisions("dnr 17")


@pytest.mark.parametrize("entry", [REGION, CENTRE, ROOM, ANNA, CARE], ids=lambda entry: str(entry.hsa_id))
def test_an_entry_tells_of_the_member_whose_it_is(entry: Entry) -> None:
    assert concern().of(entry) == {REGION.hsa_id}


@pytest.mark.parametrize(
    "entry",
    [
        replace(THEIRS, memberships=(Membership(ANNA.hsa_id),)),
        replace(HOME_CARE, manager=ANNA.hsa_id),
        replace(ANNA, merged_into=boden("P1")),
        AdminAssignment(region("A1"), REGION.hsa_id, "Hemtjänsten", (str(HOME_CARE.hsa_id).lower(),)),
    ],
    ids=["holder", "manager", "merged", "area"],
)
def test_and_of_the_members_of_all_that_it_names_also_of_what_is_gone(entry: Entry) -> None:
    assert concern().of(entry) == ALL


def test_who_administers_the_whole_region_is_told_of_in_every_member() -> None:
    assert concern().of(AdminAssignment(region("A1"), REGION.hsa_id, "Allt")) == ALL


def test_an_id_of_nobodys_is_everybodys() -> None:
    assert concern().of_whatever(UNHEARD_OF) == ALL


def test_ids_are_found_however_deep_they_stand_and_other_words_are_no_ids() -> None:
    whose = concern().of_whatever

    assert whose((Amend(ANNA.hsa_id, (("title", "chef"),)),)) == {REGION.hsa_id}
    assert whose((Amend(HOME_CARE.hsa_id, (("manager", ANNA.hsa_id),)),)) == ALL
    assert whose((Amend(region("A1"), (("areas", (str(BODEN.hsa_id),)),)),)) == ALL
    assert whose((Create(replace(THEIRS, memberships=(Membership(ANNA.hsa_id),))),)) == ALL
    assert whose((Move(HOME_CARE.hsa_id, BODEN.hsa_id),), None) == {BODEN.hsa_id}
    assert whose(()) == set()


def test_a_directory_without_members_has_nobody_who_could_decide() -> None:
    assert THEIR.covering(Concern.in_(EMPTY).everybody) == ()
