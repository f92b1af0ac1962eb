"""Each step in the registers is taken by whom it belongs to and by nobody else: one table, over HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest

from authz.actions.end_care_relationship import end_care_relationships_of
from authz.actions.rights import rights_of
from authz.core.request import PatientKey
from authz.ports import Kind
from authz.refusals import NotAllowed, StaffUnavailable
from tests.authz.actions.world import (
    ANNA,
    BERIT,
    BODEN,
    CARE_CENTRE,
    CLARA,
    ELSA,
    KATARINA,
    SIGNE,
    WARD,
    World,
    assignment_of,
    logged_in,
)
from tests.authz.http.parts import make_app, serving
from tests.authz.http.registering import (
    REASON,
    Asking,
    block_body,
    consent_body,
    prepare,
    recipient_body,
    relationship_body,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId

EVERYBODY = ("anna", "berit", "clara", "signe", "katarina", "maria", "region", "boden", "lulea", "reader")
"""Anna (ward) and Clara (care centre) care for Elsa at one provider, Katarina at another; Berit (ward) and Maria do
not. Signe is the region's block officer. Applications act for
all, Boden or Luleå; the last lacks the scope."""


@pytest.fixture(scope="module")
def asking(world: World) -> Iterator[Asking]:
    prepare(world)
    with serving(make_app(world)) as url, httpx.Client(base_url=url, timeout=10) as http:
        yield Asking(http, world)


Begin = Callable[[Asking], str]
Step = Callable[[Asking, str, str], httpx.Response]


def nothing(_: Asking) -> str:
    return ""


def lifted(asking: Asking) -> str:
    return asking.lift(asking.block())


def first_looked(asking: Asking, who: str, reason: str, block: str) -> httpx.Response:
    look = asking.look(who, reason).json().get("id")
    return asking.post(who, f"blocks/{block}/lifts", asking.lift_body(reason=reason, look=look))


NEAR = {"anna", "signe", "region"}
"""Who knows the ward's block: its own unit, the officer, and the region's application."""
TABLE: dict[str, tuple[Begin, Step, set[str]]] = {
    "register her own care relationship": (
        nothing,
        lambda a, who, _: a.post(who, "care-relationships", relationship_body(BERIT, WARD)),
        {"anna", "berit", "region"},
    ),
    "register a colleague's care relationship": (
        nothing,
        lambda a, who, _: a.post(who, "care-relationships", relationship_body(ANNA, WARD)),
        {"anna", "region"},
    ),
    "end a care relationship": (
        lambda a: a.made("region", "care-relationships", relationship_body(BERIT, WARD)),
        lambda a, who, row: a.post(who, f"care-relationships/{row}/end", REASON),
        {"anna", "berit", "region"},
    ),
    "register a consent": (nothing, lambda a, who, _: a.post(who, "consents", consent_body()), {"anna", "region"}),
    "see a consent": (Asking.consent, lambda a, who, row: a.get(who, f"consents/{row}"), NEAR),
    "end a consent": (Asking.consent, lambda a, who, row: a.post(who, f"consents/{row}/end", REASON), NEAR),
    "annul a consent": (Asking.consent, lambda a, who, row: a.post(who, f"consents/{row}/annul", REASON), NEAR),
    "block the ward": (nothing, lambda a, who, _: a.post(who, "blocks", block_body()), NEAR),
    "block the whole provider": (
        nothing,
        lambda a, who, _: a.post(who, "blocks", block_body(None)),
        {*NEAR, "clara"},
    ),
    "see the ward's block": (Asking.block, lambda a, who, row: a.get(who, f"blocks/{row}"), NEAR),
    "see a provider's block": (
        lambda a: a.block(None),
        lambda a, who, row: a.get(who, f"blocks/{row}"),
        {*NEAR, "clara"},
    ),
    "revoke a block": (Asking.block, lambda a, who, row: a.post(who, f"blocks/{row}/revoke", REASON), NEAR),
    "look who has blocked": (Asking.block, lambda a, who, row: a.look(who), {*NEAR, "clara"}),
    "lift with consent, not having looked": (
        Asking.block,
        lambda a, who, row: a.post(who, f"blocks/{row}/lifts", a.lift_body()),
        {"signe", "region"},
    ),
    "lift with consent, having looked": (
        Asking.block,
        lambda a, who, row: first_looked(a, who, "PatientsConsent", row),
        {"clara", "signe", "region"},
    ),
    "lift for an emergency, not having looked": (
        Asking.block,
        lambda a, who, row: a.post(who, "lifts", a.lift_body(block=row, reason="Emergency")),
        set(),
    ),
    "lift for an emergency, having looked": (
        Asking.block,
        lambda a, who, row: first_looked(a, who, "Emergency", row),
        {"clara", "signe", "region"},
    ),
    "see a lift": (lifted, lambda a, who, row: a.get(who, f"lifts/{row}"), {*NEAR, "clara"}),
    "end a lift": (lifted, lambda a, who, row: a.post(who, f"lifts/{row}/end", REASON), {*NEAR, "clara"}),
    "see the lifts of a block": (Asking.block, lambda a, who, row: a.get(who, f"blocks/{row}/lifts"), NEAR),
    "register a service recipient": (
        nothing,
        lambda a, who, _: a.post(who, "service-recipients", recipient_body()),
        {"katarina", "region", "boden"},
    ),
    "see a service recipient": (
        lambda a: str(a.post("region", "service-recipients", recipient_body()).json()["id"]),
        lambda a, who, row: a.get(who, f"service-recipients/{row}"),
        {"katarina", "region", "boden"},
    ),
    "end a service recipient": (
        lambda a: str(a.post("region", "service-recipients", recipient_body()).json()["id"]),
        lambda a, who, row: a.post(who, f"service-recipients/{row}/end", REASON),
        {"katarina", "region", "boden"},
    ),
}


@pytest.mark.parametrize("step", list(TABLE))
def test_each_step_is_taken_by_whom_it_belongs_to_and_by_nobody_else(asking: Asking, step: str) -> None:
    begin, take, takers = TABLE[step]
    for who in EVERYBODY:
        try:
            row = begin(asking)
            before = everything(asking.world)

            answer = take(asking, who, row)

            if who in takers:
                assert answer.is_success, (who, answer.text)
            else:
                assert answer.status_code in (403, 404, 422), (who, answer.text)
                assert answer.json()["code"] in REFUSED, (who, answer.text)
                assert row == "" or answer.json()["title"].count(row) == 0
                looks = [one for one in before if one[0] is Kind.BLOCK_LOOK]
                assert [
                    one for one in everything(asking.world) if one not in looks and one[0] is not Kind.BLOCK_LOOK
                ] == [one for one in before if one not in looks], who
        finally:
            start_over(asking)


REFUSED = {"not_allowed", "unknown_record", "block_of_another_provider", "not_looked_first"}
OF_ELSA = (Kind.CARE_RELATIONSHIP, Kind.CONSENT, Kind.BLOCK, Kind.LIFT, Kind.SERVICE_RECIPIENT)


def everything(world: World) -> list[tuple[Kind, str, int]]:
    """Each of Elsa's rows at its version."""
    key = PatientKey(world.desk.seal.lookup(ELSA))
    return [(kind, row.id, row.version) for kind in OF_ELSA for row in world.desk.book.rows_of_patient(kind, key)]


def start_over(asking: Asking) -> None:
    """End what stands, but for the care relationships that everything begins with."""
    book, key = asking.world.desk.book, PatientKey(asking.world.desk.seal.lookup(ELSA))
    for kind, path, verb in (
        (Kind.CONSENT, "consents", "end"),
        (Kind.BLOCK, "blocks", "revoke"),
        (Kind.LIFT, "lifts", "end"),
        (Kind.SERVICE_RECIPIENT, "service-recipients", "end"),
    ):
        for row in book.rows_of_patient(kind, key):
            if row.end is None:
                assert asking.post("region", f"{path}/{row.id}/{verb}", REASON).is_success
    end_care_relationships_of(asking.world.desk, BERIT, by="client:svp", reason="testet är över")


LISTED = {
    "consents": {"anna": 1, "clara": 0, "signe": 1, "katarina": 0, "region": 1, "boden": 0, "lulea": 0},
    "blocks": {"anna": 2, "clara": 1, "signe": 2, "katarina": 0, "region": 2, "boden": 0, "lulea": 0},
    "lifts": {"anna": 1, "clara": 1, "signe": 1, "katarina": 0, "region": 1, "boden": 0, "lulea": 0},
    "care-relationships": {
        "anna": 1, "berit": 0, "clara": 1, "signe": 0, "katarina": 1, "maria": 0, "region": 3, "boden": 1, "lulea": 0,
    },
}  # fmt: skip
"""How many of Elsa's rows each is told of; whoever is missing may not list them at all."""


@pytest.mark.parametrize("register", list(LISTED))
def test_lists_hold_what_each_may_know(asking: Asking, register: str) -> None:
    asking.consent()
    asking.lift(asking.block())
    asking.block(None)
    try:
        for who in EVERYBODY:
            answer = asking.post(who, f"{register}/query", {"patient": consent_body()["patient"]})
            open_ones = [row for row in answer.json().get("items", ()) if row["ended"] is None]
            told = len(open_ones) if answer.status_code == 200 else None
            assert told == LISTED[register].get(who), (who, answer.text)
            assert told is not None or answer.json()["code"] == "not_allowed"
    finally:
        start_over(asking)


def test_what_one_may_not_know_of_is_told_as_what_is_not_there(asking: Asking) -> None:
    try:
        block = asking.block()
        rows = {"consents": asking.consent(), "blocks": block, "lifts": asking.lift(block)}
        for register, row in rows.items():
            verb = "revoke" if register == "blocks" else "end"
            for who in ("maria", "katarina", "lulea", "boden"):
                assert asking.get(who, f"{register}/{row}").json() == asking.get(who, f"{register}/none").json()
                there, missing = (asking.post(who, f"{register}/{each}/{verb}", REASON) for each in (row, "none"))
                assert (there.status_code, there.json()) == (404, missing.json())
    finally:
        start_over(asking)


def test_registering_what_stands_tells_nothing_to_who_may_not_know_it(asking: Asking) -> None:
    try:
        asking.block(WARD)
        for tried in ("", "?dry_run=true"):
            answer = asking.post("clara", f"blocks{tried}", block_body(WARD))
            assert (answer.status_code, answer.json()["pointer"]) == (403, "/unit")
            named = asking.post("berit", f"care-relationships{tried}", relationship_body(ANNA, WARD))
            assert named.json()["code"] == "not_allowed"
    finally:
        start_over(asking)


def test_colleagues_who_cannot_be_named_are_refused_alike(asking: Asking) -> None:
    nobody = HsaId.parse("SE2321000230-P9999")
    answers = {
        asking.post("anna", "care-relationships", relationship_body(person, WARD)).text
        for person in (nobody, KATARINA, CLARA)
    }

    assert len(answers) == 1
    assert "appoint" not in answers.pop()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"level": AssuranceLevel.NONE}, "two factors"),
        ({"assignment": None}, "current assignment"),
        ({"assignment": HsaId.parse("SE2321000230-M1101")}, "current assignment"),
        ({"members": frozenset({BODEN})}, "may not be used for the member"),
    ],
)
def test_somebody_acts_under_her_own_assignment_surely_logged_in(
    asking: Asking, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(NotAllowed, match=says):
        rights_of(asking.world.desk, logged_in(ANNA, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.CARE])
def test_an_assignment_for_something_else_than_care_opens_nothing(asking: Asking, purpose: Purpose) -> None:
    held = asking.world.staff.held
    held[ANNA] = replace(assignment_of(ANNA), purpose=str(purpose))
    try:
        assert asking.get("anna", "lifts?person=SE2321000230-P1001").json()["code"] == "not_allowed"
    finally:
        held.clear()


def test_an_assignment_that_has_ended_or_not_begun_opens_nothing(asking: Asking) -> None:
    held = asking.world.staff.held
    for period in (asking.world.days(1, start=-1), asking.world.days(1, start=1)):
        held[SIGNE] = replace(assignment_of(SIGNE), period=period)
        assert asking.post("signe", "blocks/query", {"patient": consent_body()["patient"]}).status_code == 403
    held.clear()
    assert asking.post("signe", "blocks/query", {"patient": consent_body()["patient"]}).status_code == 200


def test_who_has_left_and_a_silent_directory_open_nothing(asking: Asking) -> None:
    staff = asking.world.staff
    staff.gone.add(ANNA)
    try:
        with pytest.raises(NotAllowed):
            rights_of(asking.world.desk, logged_in(ANNA))
    finally:
        staff.gone.clear()
    staff.stale = True
    try:
        with pytest.raises(StaffUnavailable):
            rights_of(asking.world.desk, logged_in(ANNA))
    finally:
        staff.stale = False


def test_her_own_list_shows_the_patient_and_nobody_elses_does(asking: Asking) -> None:
    mine = asking.get("anna", f"care-relationships?person={ANNA}").json()["items"]
    of_clara = asking.get("anna", f"care-relationships?person={CLARA}").json()["items"]
    by_application = asking.get("region", f"care-relationships?person={ANNA}").json()["items"]

    assert {one["patient"]["value"] for one in mine} == {ELSA.reveal()}
    assert all(one["unit"] == str(WARD) for one in of_clara), "only what was at her own unit"
    assert by_application and all("patient" not in one for one in by_application)
    assert str(CARE_CENTRE) not in str(of_clara)
