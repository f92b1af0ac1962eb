"""The launcher on machines that lack something: one clear sentence each, and nothing half done."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

TOOLS = ("env", "sh", "cat", "cmp", "grep", "awk", "mkdir", "rm", "flock", "id", "ls", "cp")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The launcher and its lock files in a folder of their own, without an environment yet."""
    folder = tmp_path / "clone"
    (folder / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "tillit", folder / "tillit")
    shutil.copytree(ROOT / "deploy" / "lock", folder / "deploy" / "lock")
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with a shell's tools and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def _run(clone: Path, path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(clone / "tillit"), *words]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, timeout=60)


def _python(bare: Path, exit_code: int) -> None:
    script = bare / "python3"
    script.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    script.chmod(0o755)


def test_without_python_it_says_which_is_needed(clone: Path, bare: Path) -> None:
    done = _run(clone, bare, "demo")

    assert done.returncode == 1
    assert done.stderr.startswith("tillit: Python 3.11 or newer is needed")
    assert done.stderr.count("\n") == 1
    assert not (clone / ".venv").exists()


def test_too_old_a_python_is_no_python(clone: Path, bare: Path) -> None:
    _python(bare, exit_code=1)

    done = _run(clone, bare, "demo")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_without_a_package_manager_it_names_what_to_install(clone: Path, bare: Path) -> None:
    _python(bare, exit_code=0)

    done = _run(clone, bare, "demo")

    assert done.returncode == 1
    assert "this system has no apt-get; install these yourself, then try again: " in done.stderr
    assert "ldap-utils" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_rights_it_prints_the_exact_command(clone: Path, bare: Path) -> None:
    _python(bare, exit_code=0)
    for name, script in (("apt-get", "exit 0"), ("id", "echo 1000")):
        (bare / name).unlink(missing_ok=True)
        (bare / name).write_text(f"#!/bin/sh\n{script}\n")
        (bare / name).chmod(0o755)

    done = _run(clone, bare, "demo")

    assert done.returncode == 1
    assert "sudo sh -c 'echo slapd slapd/no_configuration boolean true | debconf-set-selections; apt-get" in done.stderr


def test_what_is_there_already_is_not_installed_again() -> None:
    environment = {**os.environ, "PATH": os.environ["PATH"]}

    done = subprocess.run([ROOT / "tillit", "--help"], env=environment, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0
    assert "Installing" not in done.stderr
