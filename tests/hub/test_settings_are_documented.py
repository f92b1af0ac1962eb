"""Every setting stands in docs/settings.md with its meaning, and `tillit init` writes a file that can be read back."""

from pathlib import Path

import pytest

from hub.settings import Settings, commented_toml
from tests.architecture.tree import ROOT


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_documented(name: str) -> None:
    table = (ROOT / "docs" / "settings.md").read_text()

    row = next((line for line in table.splitlines() if line.startswith(f"| `{name}` |")), "")

    assert Settings.model_fields[name].description in row


def test_written_settings_can_be_read_back(tmp_path: Path) -> None:
    file = tmp_path / "tillit.toml"
    file.write_text(commented_toml("https://tillit.example", Path("/var/lib/tillit")))

    settings = Settings.from_file(file)

    assert (settings.issuer, settings.data, settings.port) == ("https://tillit.example", Path("/var/lib/tillit"), 8000)


def test_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "tillit.toml"
    file.write_text(commented_toml("https://tillit.example", tmp_path))
    monkeypatch.setenv("TILLIT_PORT", "9000")

    assert Settings.from_file(file).port == 9000


def test_unknown_setting_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tillit.toml"
    file.write_text(commented_toml("https://tillit.example", tmp_path) + '\ncolour = "blue"\n')

    with pytest.raises(ValueError, match="colour"):
        Settings.from_file(file)
