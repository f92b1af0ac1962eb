"""``tillit bench``: measures speed side by side with peers, one table a benchmark. Lives in the clone only."""

import importlib
import json

import typer

from hub.cli.connection import JsonOption, stop, talk
from hub.cli.exits import Exit

BENCHMARKS = ("tokens", "decisions", "rules", "searches", "directory", "audit")
ONLY_BY_NAME = ("growth",)
"""What takes too long to be measured along with the rest."""


def register(cli: typer.Typer) -> None:
    cli.command("bench")(bench)


def bench(name: str | None = typer.Argument(None), as_json: bool = JsonOption) -> None:
    """Measure ours and the peer's in turns, and print medians and ratios."""
    known = (*BENCHMARKS, *ONLY_BY_NAME)
    if name is not None and name not in known:
        stop(Exit.USAGE, f"there is no benchmark `{name}`; there are {', '.join(known)}")
    found = []
    for one in BENCHMARKS if name is None else (name,):
        talk(f"Measuring {one} …")
        for row in importlib.import_module(f"bench.{one}").rows():
            found.append(row.as_json())
            if not as_json:
                digits = 0 if row.ours >= 100 else 2
                print(
                    f"{row.name:<36} ours {row.ours:>10,.{digits}f}  {row.peer_name} {row.peer:>10,.{digits}f} "
                    f"{row.unit:<12} ratio {row.ratio:>5.2f}  reach {'≤ ' if row.at_most else ''}{row.reach:g}  "
                    f"{'held' if row.held else 'NOT HELD'}"
                )
    if as_json:
        print(json.dumps(found, indent=2))
