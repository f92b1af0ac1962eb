"""A data folder belongs to one running program: made so that slapd's user can pass, locked, cleared on demand."""

import fcntl
import os
import shutil
from contextlib import ExitStack
from pathlib import Path

from vocabulary.refusals import Refusal

_MARK = ".tillit"


class FolderRefused(Refusal):
    """The folder cannot hold our data, or another program has it."""

    code = "folder_refused"


def take_folder(folder: Path, closing: ExitStack) -> None:
    """Make ``folder`` if it is missing and hold its lock until ``closing``. Raises ``FolderRefused``."""
    try:
        for missing in [path for path in (folder, *folder.parents) if not path.exists()][::-1]:
            missing.mkdir()
            missing.chmod(0o711)  # what lies in it guards itself; slapd's user must be able to pass
    except OSError as error:
        raise FolderRefused(f"{folder} cannot be made: {error.strerror}; name another folder") from None
    if not folder.is_dir():
        raise FolderRefused(f"{folder} is not a folder; name an empty folder or a new one")
    mark = folder / _MARK
    if not mark.exists() and any(folder.iterdir()):
        raise FolderRefused(f"{folder} holds files that are not Tillit's; name an empty folder or a new one")
    lock = mark.open("a")
    closing.callback(lock.close)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FolderRefused(f"another Tillit runs in {folder}; end it first, or name another folder") from None
    os.set_inheritable(lock.fileno(), False)


def clear_folder(folder: Path) -> None:
    """Forget all that lies in a folder that we hold."""
    for path in folder.iterdir():
        if path.name != _MARK:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
