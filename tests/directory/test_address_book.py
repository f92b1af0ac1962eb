"""The address register: what is found by which words, in which order, and that the index is never behind."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.core.address_book import AddressBook, Hit, Question
from directory.core.address_index import LISTED, AddressIndex, name_of
from directory.core.entries import Assignment, Entry, Function, Membership, Person, Unit, VideoEndpoint
from directory.core.snapshot import EMPTY, Snapshot
from directory.core.swedish_order import order_of
from directory.core.tolerant_text import digits_of, tolerant
from tests.directory.parts import CARE, CENTRE, COUNTY, PROVIDER, REGION, a_person, region
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # A Thursday, ten o'clock in Stockholm.
LULEA = Unit(
    region("E100"), REGION.hsa_id, None, "Mjölkuddens hälsocentral", PROVIDER.hsa_id, "care_centre", "01",
    "2580", "Luleå", "0920-28 48 00", opening_hours=("1-5#08:00#09:30",),
)  # fmt: skip
DESK = Function(region("F001"), REGION.hsa_id, CENTRE.hsa_id, "Reception", telephone="0921-670 01")
ROOM = VideoEndpoint(region("V001"), REGION.hsa_id, "Rum Polcirkeln", CENTRE.hsa_id, "sip:polcirkeln@example.se")
PEOPLE = (
    a_person("P101", "Åsa Öberg", title="läkare", licences=("LK",), telephone="+46 920 28 40 01"),
    a_person("P102", "Anna Karlsson", title="sjuksköterska", mobile="070-123 45 67"),
    a_person("P103", "Anna-Karin Lindqvist", title="kurator", position="Samordnare"),
    a_person("P104", "Östen Asplund", nickname="Putte"),
    a_person("P105", "Karl Annasson"),
    a_person("P106", "Gammal Anna", period=Period(None, NOW)),
    a_person("P107", "Test Anna", feigned=True),
    a_person("P108", "Arkiv Anna", archived=True),
    a_person("P109", "Skyddad Anna", protected=True),
)
AT_LULEA = Assignment(
    region("M100"), REGION.hsa_id, LULEA.hsa_id, "Vård", "Vård och behandling", ("Läsa;alla;VE",),
    (Membership(region("P101")), Membership(region("P102"), Period(None, NOW)), Membership(region("P109"))),
)  # fmt: skip


def snapshot_of(entries: Iterable[Entry]) -> Snapshot:
    return Snapshot.of(((entry, 1) for entry in entries), 1)


WORLD = snapshot_of((*COUNTY, LULEA, DESK, ROOM, *PEOPLE, AT_LULEA))


def not_protected(entry: Entry) -> bool:
    return not (isinstance(entry, Person) and entry.protected)


def hits(question: Question, snapshot: Snapshot = WORLD, **page: int) -> list[Hit]:
    index = AddressIndex().brought_up_to(snapshot)
    return AddressBook(index, snapshot, NOW, not_protected).found(question, after=None, limit=page.get("limit", 100))


def names(question: Question, snapshot: Snapshot = WORLD) -> list[str]:
    return [name_of(hit.entry) for hit in hits(question, snapshot)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("öberg", "Åsa Öberg"),
        ("oberg", "Åsa Öberg"),
        ("oeberg", "Åsa Öberg"),
        ("asa", "Åsa Öberg"),
        ("aasa OEBERG", "Åsa Öberg"),
        ("ÖBERG ÅSA", "Åsa Öberg"),
        ("berg", "Åsa Öberg"),
        ("carlson", "Anna Karlsson"),
        ("lindkvist", "Anna-Karin Lindqvist"),
        ("annakarin", None),
        ("anna karin lind", "Anna-Karin Lindqvist"),
        ("samord", "Anna-Karin Lindqvist"),
        ("putte", "Östen Asplund"),
        ("läkare luleå", "Åsa Öberg"),
        ("mjolkudden asa", "Åsa Öberg"),
        ("polcirkeln", "Rum Polcirkeln"),
        ("reception bjorknas", "Reception"),
        ("finns inte", None),
        ("öberg boden", None),
    ],
)
def test_what_is_typed_finds_who_is_meant(typed: str, found: str | None) -> None:
    assert (found in names(Question(typed))) if found else names(Question(typed)) == []


def test_what_is_met_best_comes_first_and_equals_stand_in_swedish_order() -> None:
    assert names(Question("anna")) == ["Anna Karlsson", "Anna Sundqvist", "Anna-Karin Lindqvist", "Karl Annasson"]
    assert names(Question("as")) == ["Östen Asplund", "Åsa Öberg"]


def test_who_is_spelt_as_typed_comes_before_who_is_only_meant() -> None:
    snapshot = snapshot_of((*COUNTY, a_person("P201", "Oskar Asman"), a_person("P202", "Oskar Åsman")))

    assert names(Question("åsman"), snapshot) == ["Oskar Åsman", "Oskar Asman"]
    assert names(Question("asman"), snapshot) == ["Oskar Asman", "Oskar Åsman"]


@pytest.mark.parametrize("gone", ["gammal", "test", "arkiv", "skyddad"])
def test_who_has_left_or_is_not_to_be_shown_is_not_found(gone: str) -> None:
    assert names(Question(gone)) == []


def test_a_place_that_was_left_does_not_find_the_person() -> None:
    assert "Anna Karlsson" not in names(Question("anna luleå"))
    assert "Anna Karlsson" not in names(Question(unit=LULEA.hsa_id))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (Question(phone="0920284001"), ["Åsa Öberg"]),
        (Question(phone="+46 (0)920-28 40"), ["Åsa Öberg"]),
        (Question(phone="234567"), ["Anna Karlsson"]),
        (Question(phone="999999"), []),
        (Question(profession="LK"), ["Åsa Öberg"]),
        (Question(profession="kurat"), ["Anna-Karin Lindqvist"]),
        (Question(unit=LULEA.hsa_id), ["Mjölkuddens hälsocentral", "Åsa Öberg"]),
        (Question(unit=CENTRE.hsa_id, kinds=(Function,)), ["Reception"]),
        (Question(municipality="2580"), ["Mjölkuddens hälsocentral", "Åsa Öberg"]),
        (Question(municipality="lulea", kinds=(Person,)), ["Åsa Öberg"]),
        (Question(function="recept", kinds=(Unit,)), [CENTRE.name]),
        (Question("hälsocentral", kinds=(Unit,), open_at=NOW), [CENTRE.name]),
        (
            Question("hälsocentral", kinds=(Unit,), open_at=NOW - timedelta(hours=1)),
            [CENTRE.name, "Mjölkuddens hälsocentral"],
        ),
    ],
)
def test_it_is_found_by_number_profession_place_function_and_hours(question: Question, found: list[str]) -> None:
    assert names(question) == found


def test_a_unit_is_found_with_all_that_stands_below_it() -> None:
    assert {"Laboratoriet", "Reception", "Anna Sundqvist"} <= set(names(Question(unit=CENTRE.hsa_id)))


def test_the_order_of_names_is_swedish() -> None:
    typed = ["Öberg", "Zander", "Åberg", "Ärlig", "Wall", "Vall", "ünal", "Ytterberg", "Éric", "Erik", "Aberg"]

    assert sorted(typed, key=order_of) == [
        "Aberg", "Éric", "Erik", "Vall", "Wall", "ünal", "Ytterberg", "Zander", "Åberg", "Ärlig", "Öberg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "digits"),
    [("0921-670 01", "092167001"), ("+46 921 670 01", "092167001"), ("+46 (0)921-67001", "092167001"),
     ("0046921 67001", "092167001"), ("+47 123", "0047123"), ("", "")],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(number: str, digits: str) -> None:
    assert digits_of(number) == digits


@example("ÆE")
@example("thh phh cck oee aae")
@given(st.text(max_size=40))
def test_a_tolerant_text_stays_as_it_is_and_has_plain_words_only(text: str) -> None:
    once = tolerant(text)

    assert tolerant(once) == once
    assert all(character.isascii() and (character.isalnum() or character == " ") for character in once)


_NAMES = st.lists(
    st.sampled_from("Anna Åsa Öberg Karlsson Lind Berg Ek Al Lindberg Bergman".split()), min_size=1, max_size=3
)
_PEOPLE = st.lists(_NAMES, max_size=12).map(
    lambda found: [a_person(f"H{n:03d}", f"{' '.join(words)} X{n}") for n, words in enumerate(found)]
)


@settings(max_examples=150, deadline=None)
@given(_PEOPLE, _NAMES, st.integers(1, 6))
def test_the_index_finds_just_what_looking_through_everything_finds(
    people: list[Person], typed: list[str], size: int
) -> None:
    snapshot = snapshot_of((*COUNTY, *people))
    question = Question(" ".join(word[:size] for word in typed), kinds=(Person,))

    def holds(person: Person, word: str) -> bool:
        texts = [tolerant(text) for text in (person.full_name, person.title or "", " ".join(person.licences))]
        if person.hsa_id == region("P001"):
            texts += [tolerant(CENTRE.name), tolerant(CENTRE.municipality_name or "")]
        words = " ".join(texts).split()
        return any(one.startswith(word) if len(word) < 3 else word in one for one in words)

    wanted = {
        person.full_name
        for person in snapshot.people()
        if not person.protected and all(holds(person, word) for word in tolerant(question.words).split())
    }
    assert set(names(question, snapshot)) == wanted


_STEPS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from("Anna Berta Cecilia Åsa".split()), st.booleans()), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_an_index_that_was_brought_up_step_by_step_finds_what_a_new_one_finds(
    steps: list[tuple[int, str, bool]],
) -> None:
    snapshot, index = EMPTY, AddressIndex()
    for revision, (serial, name, archived) in enumerate(steps, start=1):
        snapshot = snapshot.succeeded_by([a_person(f"S{serial}", f"{name} Efternamn", archived=archived)], revision)
        index = index.brought_up_to(snapshot)

    for word in ("anna", "efter", "åsa"):
        book, fresh = (
            AddressBook(each, snapshot, NOW, not_protected) for each in (index, AddressIndex().brought_up_to(snapshot))
        )
        question = Question(word)
        assert book.found(question, after=None, limit=100) == fresh.found(question, after=None, limit=100)


def test_an_index_grows_over_many_changes_and_forgets_what_is_gone() -> None:
    snapshot = WORLD
    index = AddressIndex().brought_up_to(snapshot)
    for batch in range(3):
        crowd = [a_person(f"B{batch}N{n}", f"Skara Person{n}") for n in range(1_500)]
        snapshot = snapshot.succeeded_by(crowd, batch + 2)
        index = index.brought_up_to(snapshot)
    snapshot = snapshot.without([region("P101")], 9)
    index = index.brought_up_to(snapshot)
    book = AddressBook(index, snapshot, NOW, not_protected)

    assert len(book.found(Question("skara"), after=None, limit=10_000)) == 4_500
    assert book.found(Question("öberg"), after=None, limit=10) == []


def test_pages_cover_everything_once_in_one_order() -> None:
    snapshot = snapshot_of(
        (*COUNTY, *(a_person(f"N{n:03d}", f"{'AÅÖÄ'[n % 4]}nders Nilsson{n % 7}") for n in range(60)))
    )
    index = AddressIndex().brought_up_to(snapshot)
    whole = AddressBook(index, snapshot, NOW, not_protected).found(Question("nilsson"), after=None, limit=1000)
    paged: list[Hit] = []
    while True:
        after = paged[-1].where if paged else None
        page = AddressBook(index, snapshot, NOW, not_protected).found(Question("nilsson"), after=after, limit=7)
        if not page:
            break
        paged += page

    assert paged == whole and len(whole) == 60


def test_an_index_that_is_behind_shows_nothing_that_is_not_so_now() -> None:
    behind = AddressIndex().brought_up_to(WORLD)
    gone = replace(PEOPLE[0], period=Period(None, NOW))
    renamed = replace(PEOPLE[1], full_name="Anna Nygift", family_name="Nygift")
    now = WORLD.succeeded_by([gone, renamed], 2)
    book = AddressBook(behind, now, NOW, not_protected)

    assert book.found(Question("öberg"), after=None, limit=10) == []
    assert book.found(Question("karlsson"), after=None, limit=10) == []


def test_only_listed_kinds_are_found() -> None:
    assert {type(hit.entry) for hit in hits(Question(unit=CENTRE.hsa_id))} <= set(LISTED)
    assert HsaId.parse(str(CARE.hsa_id)) not in {hit.entry.hsa_id for hit in hits(Question("vård"))}
