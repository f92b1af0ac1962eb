"""Members' own decisions come from the settings, and whatever is wrong with them is said with the setting's name."""

from pathlib import Path

import pytest
import typer
from pydantic import ValidationError
from sqlalchemy import Engine

from hub.archive_authorities import UnknownMember, decisions_in, demand_members
from hub.cli.run import read_settings
from hub.settings import Settings, commented_toml
from tests.demo_program import demo_folder, tillit, two_free_ports
from tests.directory.parts import BODEN, REGION, a_county, a_retention, boden
from tests.parts import HeldClock

BODENS, JOINT = "Arkivnämnden i Boden, dnr 17", "Gemensamma arkivnämnden, dnr 1"


def settings(**given: object) -> Settings:
    return Settings(data=Path("/nowhere"), issuer="https://tillit.example", **given)  # type: ignore[arg-type] # the test's own


def test_a_member_is_named_by_its_hsa_id_in_any_case() -> None:
    made = decisions_in(settings(retention_decision=JOINT, retention_decisions={str(BODEN.hsa_id).lower(): BODENS}))

    assert (made.of(BODEN.hsa_id), made.of(REGION.hsa_id)) == (BODENS, JOINT)


def test_a_member_with_an_empty_decision_has_none() -> None:
    assert not decisions_in(settings(retention_decisions={str(BODEN.hsa_id): "  "}))
    assert not decisions_in(settings())


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"Bodens kommun": BODENS}, "`Bodens kommun` names no member"),
        ({"2582": BODENS}, "`2582` names no member"),
        ({str(BODEN.hsa_id): BODENS, str(BODEN.hsa_id).lower(): BODENS}, "stands there twice"),
        ({str(BODEN.hsa_id): "ja"}, f"of `{BODEN.hsa_id}`: write the decision as it is registered"),
        ({str(BODEN.hsa_id): "Arkivnämnden i Boden"}, "with its number"),
        ({str(BODEN.hsa_id): "dnr 1" * 60}, "longer than 200 characters"),
        ({str(BODEN.hsa_id): True}, "retention_decisions"),
    ],
)
def test_what_names_no_member_or_is_no_decision_is_refused(table: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match="retention_decisions") as refused:
        settings(retention_decisions=table)

    assert says in str(refused.value)


def test_who_is_no_member_of_the_directory_is_refused_by_the_settings_name(engine: Engine, clock: HeldClock) -> None:
    world = a_county(engine, clock)
    stranger = decisions_in(settings(retention_decisions={"SE2120002767-HM99": BODENS, str(BODEN.hsa_id): BODENS}))

    with pytest.raises(UnknownMember, match="`retention_decisions` in the settings names `SE2120002767-HM99`"):
        demand_members(a_retention(world, stranger))
    demand_members(a_retention(world, decisions_in(settings(retention_decisions={str(boden("HM01")): BODENS}))))


def test_the_written_settings_take_a_table_in_place_of_the_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "tillit.toml"
    written = commented_toml("https://tillit.example", tmp_path).replace("retention_decisions = {}\n", "")
    file.write_text(f'{written}\n[retention_decisions]\n{BODEN.hsa_id} = "{BODENS}"\n')

    assert Settings.from_file(file).retention_decisions == {BODEN.hsa_id.key: BODENS}


@pytest.mark.parametrize(
    ("table", "exit_code", "says"),
    [
        (f'{BODEN.hsa_id} = "{BODENS}"', 1, "`retention_decisions` in the settings names `SE2120002767-HM01`"),
        (f'Boden = "{BODENS}"', 2, "retention_decisions: `Boden` names no member"),
        (f'{BODEN.hsa_id} = "x"\n{BODEN.hsa_id} = "y"', 2, "is no TOML"),
    ],
    ids=["unknown", "no id", "twice"],
)
def test_the_program_does_not_start_by_a_decision_of_nobodys(
    tmp_path: Path, table: str, exit_code: int, says: str
) -> None:
    config, port = tmp_path / "tillit.toml", two_free_ports()
    with demo_folder() as data:
        config.write_text(
            f'issuer = "https://tillit.example"\ndata = "{data}"\nport = {port}\n'
            f"management_port = {port + 1}\n[retention_decisions]\n{table}\n"
        )

        done = tillit("serve", "--config", str(config))

    assert done.returncode == exit_code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_json_in_the_environment_is_told_by_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tillit.toml"
    file.write_text(commented_toml("https://tillit.example", tmp_path))
    monkeypatch.setenv("TILLIT_RETENTION_DECISIONS", f'{{"{BODEN.hsa_id}": "{BODENS}"}}')
    assert read_settings(file).retention_decisions == {BODEN.hsa_id.key: BODENS}

    monkeypatch.setenv("TILLIT_RETENTION_DECISIONS", "Arkivnämnden, dnr 17")
    with pytest.raises(typer.Exit):
        read_settings(file)

    assert "retention_decisions" in capsys.readouterr().err
