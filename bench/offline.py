"""Very many people brought into a data folder past the program, which takes minutes where changes would take an hour.

Only to have something to measure: what the journal and the directory server hold afterwards is what changes would have
left, but for the ledger of ids.
"""

import base64
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench import crowd
from bench.county import settings_of
from directory.core.changes import Change
from directory.edge.ldap.change_plan import planned
from directory.edge.ldap.names import BASE, SUFFIX, rdn
from directory.edge.ldap.operations import Add
from directory.edge.sql.journal import SqlJournal
from hub.database import make_engine
from hub.real_clock import RealClock
from vocabulary.hsa_id import HsaId

_BATCH = 10_000


def fill(folder: Path, first: int, last: int) -> None:
    """The people ``first`` to ``last`` with their units and assignments. The program is not running."""
    ldif = folder / "filled.ldif"
    engine, now = make_engine(settings_of(folder).sql_url), RealClock().now()
    journal = SqlJournal(engine)
    reached = journal.newest()
    with ldif.open("w") as out:
        for start in range(first, last, _BATCH):
            end = min(last, start + _BATCH)
            entries = [*crowd.people(start, end), *crowd.units(start, end)]
            changes = [Change(None, entry) for entry in entries]
            journal.append(changes, follows=reached, actor="bench", reason="bench", door="bench", at=now)
            reached += 1
            journal.mark_applied(reached)
            journal.mark_announced(reached)
            out.writelines(_ldif(changes))
    engine.dispose()
    slapd = folder / "data" / "slapd"
    _run("slapadd", "-q", "-w", "-F", str(slapd / "conf"), "-b", SUFFIX, "-l", str(ldif))
    ldif.write_text(f"dn: {SUFFIX}\nchangetype: modify\nreplace: tillitRevision\ntillitRevision: {reached}\n")
    _run("slapmodify", "-F", str(slapd / "conf"), "-b", SUFFIX, "-l", str(ldif))
    ldif.unlink()
    for file in (slapd / "db").iterdir():
        shutil.chown(file, (slapd / "db").owner(), (slapd / "db").group())


def _run(program: str, *arguments: str) -> None:
    subprocess.run([shutil.which(program, path="/usr/sbin:/usr/bin") or program, *arguments], check=True, cwd="/")


def _ldif(changes: Sequence[Change]) -> Iterator[str]:
    member = f"{rdn('o', 'Region Norrbotten')},{BASE}"
    stands: Mapping[HsaId, str] = {
        crowd.MEMBER: member,
        crowd.PROVIDER: f"{rdn('hsaIdentity', str(crowd.PROVIDER))},{member}",
    }
    for _, operation in planned(changes, stands, lambda dn: frozenset(), lambda dn: ()):
        assert isinstance(operation, Add), "everything is new"
        yield f"dn:: {_encoded(operation.dn)}\n"
        for name, values in operation.attributes.items():
            yield from (f"{name}:: {_encoded(value)}\n" for value in values)
        yield "\n"


def _encoded(value: str | bytes) -> str:
    return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
