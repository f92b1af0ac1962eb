"""slapd and its tools as programs of this machine: where they lie, and as which user we run them.

Boundary: what is run and on whose behalf. With which words, and for how long, is the caller's matter.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from directory.edge.ldap.refusals import SlapdWillNotStart

USER = "openldap"
"""Who runs them when we are root."""
FOLDERS_OF_DAEMONS = "/usr/sbin:/usr/local/sbin:/usr/lib/openldap:/sbin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class SlapdPrograms:
    """Those that lie in ``folders``, which are written as in PATH. Few of them are on an ordinary user's own PATH."""

    folders: str = FOLDERS_OF_DAEMONS

    def demand(self, *names: str) -> None:
        """Raises ``SlapdWillNotStart`` with the remedy when one of them is not on this machine."""
        for name in names:
            self._path(name)

    def command(self, program: str, *arguments: str) -> list[str]:
        """The words that run it as the server's user, to end with the thread that starts it.

        Raises ``SlapdWillNotStart``.
        """
        return [*self._unprivileged(), self._path(program), *arguments]

    def complaint_of(self, program: str, *arguments: str) -> str | None:
        """Run one of slapd's tools; what it said when it failed."""
        words = self.command(program, *arguments)
        done = subprocess.run(words, cwd="/", check=False, capture_output=True)  # noqa: S603 - our own words, no shell
        if done.returncode == 0:
            return None
        said = done.stderr.decode(errors="replace").strip()
        return f"`{program}` refused the directory server's configuration or data: {said[-400:]}"

    def may_enter(self, folder: Path) -> bool:
        """Whether the server's user can get into it."""
        words = [*self._unprivileged(), "test", "-x", str(folder)]
        return subprocess.run(words, cwd="/", check=False, capture_output=True).returncode == 0  # noqa: S603 - as above

    def _unprivileged(self) -> list[str]:
        """Words before a command: end with the thread that starts it; as root, become the server's user for good."""
        words = [self._path("setpriv"), "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            try:
                user = pwd.getpwnam(USER)
            except KeyError:
                raise SlapdWillNotStart(
                    f"the user `{USER}` is not on this machine: install the package `slapd`, or do not run as root"
                ) from None
            words += ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
        return words

    def _path(self, name: str) -> str:
        found = shutil.which(name, path=self.folders)
        if found is None:
            package = "slapd" if name.startswith("sla") else "util-linux"
            raise SlapdWillNotStart(
                f"the program `{name}` is not on this machine; on Debian: `apt-get install {package}` (preseed "
                "`slapd/no_configuration` to start no server of the system's own)"
            )
        return found


def hand_over(path: Path) -> None:
    """Give it to the user that the programs run as, where that is not ourselves."""
    if os.geteuid() == 0:
        shutil.chown(path, USER, USER)
