"""Where the program may run: side by side in two folders, never twice in one, and a bad place is one clear sentence."""

import socket
from pathlib import Path

import pytest

from tests.demo_program import demo_folder, running_demo, tillit, two_free_ports
from tests.system_parts import System, line_to

pytestmark = pytest.mark.xdist_group("system")


def _refused(folder: Path, port: int, *, says: str) -> None:
    done = tillit("demo", "--data", str(folder), "--port", str(port))

    assert done.returncode == 1, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_folder_in_use_is_refused(system: System) -> None:
    _refused(system.program.folder, two_free_ports(), says="another Tillit runs in")

    assert system.is_ready()


def test_a_taken_port_is_refused(system: System) -> None:
    taken = int(system.program.issuer.rpartition(":")[2])

    with demo_folder() as folder:
        _refused(folder, taken, says=f"port {taken} on")


def test_a_taken_management_port_is_refused() -> None:
    port = two_free_ports()

    with demo_folder() as folder, socket.socket() as other:
        other.bind(("127.0.0.1", port + 1))
        other.listen()
        _refused(folder, port, says=f"port {port + 1} on")


def test_a_folder_with_foreign_files_is_refused_and_left_alone() -> None:
    with demo_folder() as folder:
        folder.mkdir()
        (folder / "thesis.odt").write_text("years of work")

        _refused(folder, two_free_ports(), says="holds files that are not Tillit's")

        assert [path.name for path in folder.iterdir()] == ["thesis.odt"]


def test_fresh_does_not_clear_a_foreign_folder() -> None:
    with demo_folder() as folder:
        folder.mkdir()
        (folder / "thesis.odt").write_text("years of work")

        done = tillit("demo", "--fresh", "--data", str(folder), "--port", str(two_free_ports()))

        assert done.returncode == 1
        assert (folder / "thesis.odt").read_text() == "years of work"


def test_a_file_instead_of_a_folder_is_refused() -> None:
    with demo_folder() as folder:
        folder.write_text("not a folder")

        _refused(folder, two_free_ports(), says=str(folder))


def test_a_path_too_long_for_a_socket_is_refused() -> None:
    with demo_folder() as folder:
        _refused(folder / ("long" * 25), two_free_ports(), says="choose a data folder with a shorter path")


@pytest.mark.slow
def test_two_live_side_by_side(system: System) -> None:
    with demo_folder() as folder, running_demo(folder) as other, line_to(other) as line:
        mine, theirs = system.bearer("admin"), line.bearer("admin")

        crossed = line.http.get("/api/v1/members", headers=mine)

        assert crossed.status_code == 401
        assert line.http.get("/api/v1/members", headers=theirs).status_code == 200
        assert system.http.get("/api/v1/members", headers=mine).status_code == 200
