"""What the ordinary commands say at a running demo: versions, refusals for another's change, nothing found, dates."""

import pytest

from hub.cli.exits import Exit
from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

WHY = ("--reason", "prov")


def a_unit(system: System) -> str:
    provider = system.get("/api/v1/care-providers")["items"][0]
    made = system.program.tillit(
        "unit", "new", "name=Ordenheten", f"member={provider['member']}", f"care_provider={provider['hsa_id']}", *WHY
    )
    assert made.returncode == Exit.OK, made.stderr
    return str(_rows(made.stdout)["hsa_id"])


def _rows(text: str) -> dict[str, str]:
    return dict(line.split(maxsplit=1) for line in text.splitlines())


def test_the_version_that_is_shown_is_the_one_that_is_asked_for(system: System) -> None:
    unit = a_unit(system)
    shown = system.program.tillit("unit", "show", unit)
    version = _rows(shown.stdout)["ETag"]

    first = system.program.tillit("unit", "set", unit, "name=Ordningen", *WHY, "--if-match", version)
    late = system.program.tillit("unit", "set", unit, "name=Oordningen", *WHY, "--if-match", version.strip('"'))
    again = system.program.tillit("unit", "show", unit, "--json")

    assert first.returncode == Exit.OK, first.stderr
    newer = _rows(first.stdout)["ETag"]
    assert late.returncode == Exit.ERROR and late.stdout == ""
    assert "`show` it again" in late.stderr and "--if-match" in late.stderr
    assert f"ETag: {newer}" in again.stderr and "ETag" not in again.stdout and "Ordningen" in again.stdout
    repeated = system.program.tillit("unit", "set", unit, "name=Oordningen", *WHY, "--if-match", newer)
    assert repeated.returncode == Exit.OK, repeated.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("unit", "find", "Finnsinteheten"), "No unit matches."),
        (("admin-assignment", "find", "Finnsinteheten"), "No admin assignment matches."),
        (("directory", "journal", "--actor", "ingen"), "No change matches."),
        (("directory", "drift"), "Nothing stands otherwise in LDAP than in the journal."),
        (("directory", "plan", "list", "--state", "failed"), "Nothing that is planned is failed."),
    ],
)
def test_nothing_is_told_in_a_word_and_not_on_stdout(system: System, words: tuple[str, ...], said: str) -> None:
    done = system.program.tillit(*words)

    assert (done.returncode, done.stdout) == (Exit.OK, "")
    assert said in done.stderr


def test_ordinary_commands_take_a_date(system: System) -> None:
    unit = a_unit(system)

    tried = system.program.tillit("unit", "end", unit, "--at", "2099-06-01", *WHY, "--dry-run")
    journal = system.program.tillit(
        "directory", "journal", "--from", "2020-01-01", "--to", "2098-01-01", "--limit", "1"
    )
    wrong = system.program.tillit("unit", "end", unit, "--at", "på måndag", *WHY)

    assert tried.returncode == Exit.OK and "period: always → [… to 2099-05-31T22:00:00Z]" in tried.stdout
    assert journal.returncode == Exit.OK and "revision" in journal.stdout
    assert wrong.returncode == Exit.USAGE and "2026-06-01" in wrong.stderr


def test_units_are_found_by_their_attributes(system: System) -> None:
    unit = a_unit(system)

    found = system.program.tillit("unit", "find", "--filter", f'hsa_id eq "{unit}" and not (archived eq true)')
    wrong = system.program.tillit("unit", "find", "--filter", "name is x")

    assert found.stdout.startswith(unit) and found.stdout.count("\n") == 1
    assert wrong.returncode == Exit.ERROR and "/filter" in wrong.stderr


def test_a_preview_tells_from_what_to_what(system: System) -> None:
    unit = a_unit(system)

    tried = system.program.tillit("directory", "plan", "set", unit, "name=Nya", "--on", "2099-01-01", *WHY, "--dry-run")

    assert "name: Ordenheten → Nya" in tried.stdout


def test_what_is_only_tried_tells_what_would_differ(system: System) -> None:
    unit = a_unit(system)

    tried = system.program.tillit("unit", "set", unit, "name=Nya", "telephone=0921-670 00", *WHY, "--dry-run")
    same = system.program.tillit("unit", "set", unit, "name=Ordenheten", *WHY, "--dry-run")
    new = system.program.tillit("function", "new", f"unit={unit}", "name=Disken", *WHY, "--dry-run")

    assert tried.stdout.splitlines() == [
        f"{unit}  Ordenheten", "    name: Ordenheten → Nya", "    telephone: – → 0921-670 00",
    ]  # fmt: skip
    assert same.stdout.splitlines() == [f"{unit}  Ordenheten", "    (nothing differs)"]
    assert new.returncode == Exit.OK and "Disken" in new.stdout and "F000000" not in new.stdout


def test_who_is_looked_for_is_asked_for_her_number_and_it_is_no_argument(system: System) -> None:
    done = system.program.tillit("person", "lookup", "--number", "191212121212")

    assert done.returncode == Exit.USAGE and "No such option" in done.stderr


def test_the_history_of_what_is_not_there_is_no_empty_history(system: System) -> None:
    done = system.program.tillit("directory", "history", "SE2321000230-P999999")

    assert (done.returncode, done.stdout) == (Exit.ERROR, "") and "SE2321000230-P999999" in done.stderr
