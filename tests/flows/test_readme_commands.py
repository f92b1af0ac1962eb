"""The README's ten commands do what it says when they are pasted, one after the other, on a fresh demo."""

import re
import shlex

import pytest

from tests.architecture.tree import ROOT
from tests.demo_program import demo_folder, running_demo

pytestmark = pytest.mark.xdist_group("readme")


def _commands() -> list[list[str]]:
    block = re.search(r"^## The story.*?```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert block is not None
    return [shlex.split(line) for line in block[1].splitlines()]


def test_ten_commands_tell_the_story() -> None:
    start, *commands = _commands()
    assert start == ["./tillit", "demo"]
    assert len(commands) == 9

    with demo_folder() as folder, running_demo(folder) as program:
        done = [program.tillit(*words[1:]) for words in commands]

    assert {words[0] for words in commands} == {"./tillit"}
    assert [one.returncode for one in done] == [0] * 8 + [3], [one.stderr for one in done]
    permitted, denied = done[6].stdout, done[8].stdout
    assert "PERMIT  own_unit" in permitted
    assert "DENY" in denied
