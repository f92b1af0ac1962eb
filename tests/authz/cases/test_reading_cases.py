"""What a case file may not be, and what a case that we do not understand becomes."""

import pytest

from authz.edge.yaml_cases import load_cases, run_cases
from vocabulary.refusals import InvalidValue

WORLD = """version: 1
world:
  members:
  - {id: region, name: Region Norrbotten, care_provider: SE2321000230-VG01}
  units:
  - {id: ward, hsa_id: SE2321000230-E1041, member: region, provider: SE2321000230-VG01, care_type: '02'}
  people:
  - {id: anna, hsa_id: SE2321000230-P1001, member: region, licences: [SJ]}
  assignments:
  - {id: at_ward, hsa_id: SE2321000230-M1001, person: anna, unit: ward, purpose: Vård och behandling,
     rights: [Läsa;alla;VE], from: 2021-01-01}
  patients:
  - {id: tyra, number: '191212121212', child: false}
  tasks: []
"""
CASE = """cases:
- name: own notes
  because: PDL 4 kap. 1 §
  area: inner_secrecy
  at: 2026-03-02 10:00:00+01:00
  given:
  - care_relationship: {patient: tyra, person: anna, unit: ward, from: !!timestamp '2026-02-01 00:00:00+01:00'}
  when: {reader: anna, assignment: at_ward, action: read, patient: tyra, acr: loa3, zone: sjunet,
         information: {type: voo, unit: ward, provider: SE2321000230-VG01, from: 2026-02-20, to: 2026-02-20}}
  then: {decision: permit, rule: own_unit, obligations: [log]}
"""


def test_a_case_passes_or_says_what_it_got() -> None:
    (passed,) = run_cases(load_cases(WORLD + CASE))
    (failed,) = run_cases(load_cases(WORLD + CASE.replace("rule: own_unit", "rule: same_provider")))
    (owes_more,) = run_cases(load_cases(WORLD + CASE.replace("[log]", "[log, notify_mas]")))

    assert (passed.passed, passed.area) == (True, "inner_secrecy")
    assert (failed.passed, failed.got) == (False, "permit; own_unit; obligations: log")
    assert not owes_more.passed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  area: inner_secrecy", "  area: a\n  area: b", "a key stands twice"),
        ("  area: inner_secrecy", "  aera: inner_secrecy", "unknown key `aera`"),
        ("rule: own_unit", "rule: own_unitt", "is not a rule"),
        ("decision: permit", "decision: allow", "`permit` or `deny`"),
        ("obligations: [log]", "obligation: [log]", "unknown key `obligation`"),
        ("2026-03-02 10:00:00+01:00", "2026-03-02 10:00:00", "offset"),
        ("2026-03-02 10:00:00+01:00", "!!timestamp 'soon'", "its tag's form"),
        ("2026-03-02 10:00:00+01:00", "2026-13-45 10:00:00+01:00", "its tag's form"),
        ("PDL 4 kap. 1 §", "!!python/name:os.system", "the tag is not allowed"),
        ("PDL 4 kap. 1 §", "!local x", "the tag is not allowed"),
        ("PDL 4 kap. 1 §", "&a x", "anchors are not used"),
        ("PDL 4 kap. 1 §", "*a", "aliases are not used"),
        ("PDL 4 kap. 1 §", "[" * 40 + "]" * 40, "nested deeper"),
        ("PDL 4 kap. 1 §", "{", "not valid YAML at line"),
        ("version: 1", "version: 2", "version"),
        ("person: anna, unit: ward, purpose", "person: bo, unit: ward, purpose", "no person `bo`"),
        ("'191212121212'", "'191212121213'", "valid check digit"),
        ("id: tyra, number", "id: tyra, colour: red, number", "unknown key `colour`"),
        ("  when: {", "  when: [", "not valid YAML"),
    ],
)
def test_what_is_not_of_the_form_is_refused(old, new, said) -> None:
    text = (WORLD + CASE).replace(old, new, 1)

    with pytest.raises(InvalidValue) as refused:
        load_cases(text)

    assert said in refused.value.description


def test_two_cases_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidValue, match="two cases are named"):
        load_cases(WORLD + CASE + CASE.removeprefix("cases:\n"))


def test_a_file_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(InvalidValue, match="longer than"):
        load_cases(" " * 4_000_001)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- care_relationship:", "- moon_phase:", "`moon_phase` is not a kind of fact"),
        ("patient: tyra, person", "colour: red, patient: tyra, person", "unknown key `colour`"),
        ("patient: tyra, person: anna, unit: ward,", "patient: elsa, person: anna, unit: ward,", "no patient `elsa`"),
        ("action: read", "action: peek", "`peek` is none of"),
        ("acr: loa3", "acr: loa3, mood: good", "unknown key `mood`"),
        ("- care_relationship:", "- unreadable: moon\n  - care_relationship:", "`moon` is not a register"),
    ],
)
def test_a_case_that_is_not_understood_fails_alone_and_says_why(old, new, said) -> None:
    other = CASE.removeprefix("cases:\n").replace("own notes", "the other one")

    first, second = run_cases(load_cases(WORLD + CASE.replace(old, new, 1) + other))

    assert not first.passed
    assert first.unsupported is not None and said in first.unsupported
    assert second.passed
