"""A setting that cannot be used ends the program with one sentence that names it, before anything is started."""

from pathlib import Path

import pytest

from hub.cli.exits import Exit
from tests.demo_program import demo_folder, tillit, two_free_ports

UNUSABLE = [
    ('host = "x y"', 1, "`host` in the settings"),
    ('host = "192.0.2.1"', 1, "`host` in the settings"),
    ('database_url = "nothing"', 2, "database_url: "),
    ('database_url = "mysql://tillit@localhost/tillit"', 2, "postgresql+psycopg://user:password@host/database"),
    ('database_url = "postgresql+psycopg://tillit:secret@127.0.0.1:1/tillit"', 1, "`database_url` in the settings"),
]


@pytest.mark.parametrize(("line", "exit_code", "says"), UNUSABLE, ids=[line for line, *_ in UNUSABLE])
def test_it_is_named_in_one_sentence(tmp_path: Path, line: str, exit_code: int, says: str) -> None:
    config, port = tmp_path / "tillit.toml", two_free_ports()
    config.write_text(
        f'issuer = "https://tillit.example"\ndata = "{tmp_path / "data"}"\nport = {port}\n'
        f"management_port = {port + 1}\n{line}\n"
    )

    done = tillit("serve", "--config", str(config))

    assert done.returncode == exit_code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr and "secret" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "given", "says"),
    [
        ("TILLIT_RETENTION_DECISIONS", '{"SE2321000230-HM99": "dnr 1"}', "at least 8 characters"),
        ("TILLIT_RETENTION_DECISIONS", "dnr 1", "cannot be read"),
        ("TILLIT_RETENTION_DECISION", "ja", "at least 8 characters"),
        ("TILLIT_MAX_BODY_BYTES", "mycket", "it is a whole number"),
    ],
)
def test_the_demo_says_what_is_wrong_with_the_environment(
    monkeypatch: pytest.MonkeyPatch, setting: str, given: str, says: str
) -> None:
    monkeypatch.setenv(setting, given)
    port = two_free_ports()

    with demo_folder() as folder:
        done = tillit("demo", "--data", str(folder), "--port", str(port))

    assert done.returncode == Exit.USAGE
    assert says in done.stderr and "Traceback" not in done.stderr
