"""Commands about the directory as a whole: its history, undoing, what was written past it, and rebuilding it."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import typer

from hub.cli.connection import DataOption, JsonOption, connect, stop, talk
from hub.cli.dates import instant_in
from hub.cli.difference_text import difference_lines
from hub.cli.directory_commands import DryRunOption, ReasonOption
from hub.cli.exits import Exit
from hub.demo_folder import default_folder

group = typer.Typer(help="The directory: history, undoing, drift, rebuilding.", no_args_is_help=True)
drift = typer.Typer(help="What somebody wrote into LDAP past Tillit.", invoke_without_command=True)
group.add_typer(drift, name="drift")


@group.command()
def history(
    hsa_id: str, limit: int = typer.Option(50, min=1, max=100), data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:  # fmt: skip
    """Show what happened to one entry, newest first."""
    answer = connect(data).call("GET", "/api/v1/journal", params={"entry": hsa_id, "limit": limit})
    if not answer["items"] and answer["next_cursor"] is None:
        # Whatever is there was made once, so of such an entry nothing at all is known, or may be known.
        stop(Exit.ERROR, f"the journal knows of no `{hsa_id}` that you may know of")
    _show_commits(answer, as_json)


@group.command()
def journal(
    entry: str | None = typer.Option(None, help="HSA-id of an entry."),
    member: str | None = typer.Option(None, help="HSA-id of the organisation whose entries were changed."),
    actor: str | None = typer.Option(None, help="Who changed it: an HSA-id, or client:NAME."),
    door: str | None = typer.Option(None, help="`api`, `sync`, `undo`, `drift` …, or one run as `sync:RUN`."),
    reason: str | None = typer.Option(None, help="Part of the reason."),
    since: str | None = typer.Option(None, "--from", metavar="DATE", help="From this point in time, e.g. 2026-03-02."),
    until: str | None = typer.Option(None, "--to", metavar="DATE", help="Before this point in time."),
    from_revision: int | None = typer.Option(None, min=0),
    to_revision: int | None = typer.Option(None, min=0),
    limit: int = typer.Option(50, min=1, max=100),
    cursor: str | None = typer.Option(None, help="Go on after an earlier page."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Search the journal, newest first."""
    wanted = {
        "entry": entry, "member": member, "actor": actor, "door": door, "reason": reason, "from": instant_in(since),
        "to": instant_in(until),
        "from_revision": from_revision, "to_revision": to_revision, "limit": limit, "cursor": cursor,
    }  # fmt: skip
    given = {name: value for name, value in wanted.items() if value is not None}
    _show_commits(connect(data).call("GET", "/api/v1/journal", params=given), as_json)


@group.command()
def show(revision: int, data: Path | None = DataOption, as_json: bool = JsonOption) -> None:
    """Show all changes of one revision."""
    line = connect(data)
    answer = line.call("GET", f"/api/v1/journal/{revision}", params={"limit": 500})
    items, following = answer["items"], answer["next_cursor"]
    while following is not None:
        more = line.call("GET", f"/api/v1/journal/{revision}", params={"limit": 500, "cursor": following})
        items, following = items + more["items"], more["next_cursor"]
    commit = answer["commit"] | {"changes": items, "more_changes": False}
    if as_json:
        _print(commit)
        return
    _show_commit(commit)


@group.command()
def undo(
    revision: int | None = typer.Argument(None, help="The revision to undo."),
    run: str | None = typer.Option(None, "--run", help="Undo a whole run, e.g. sync:RUN."),
    reason: str = ReasonOption,
    keep_later: bool = typer.Option(False, "--keep-later", help="Undo only what nobody has touched since."),
    dry_run: bool = DryRunOption,
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Undo one revision or a whole run. What others changed since is never lost."""
    if (revision is None) == (run is None):
        stop(Exit.USAGE, "name either a revision or --run ID")
    what = f"runs/{quote(run, safe='')}" if run is not None else revision
    answer = connect(data).call(
        "POST",
        f"/api/v1/journal/{what}/undo",
        params={"dry_run": dry_run},
        json={"reason": reason, "keep_later": keep_later},
    )
    if as_json:
        _print(answer)
        return
    done = "would undo" if answer["revision"] is None else f"revision {answer['revision']} undid"
    print(f"{done} revision {', '.join(map(str, answer['undone']))}")
    for entry in answer["entries"]:
        print(f"  {entry['kind']} {entry['hsa_id']}{' is ended and archived' if entry['ended'] else ''}")
        _show_differences(entry["differences"])
        if entry["left"]:
            print(f"    left as revision {', '.join(map(str, entry['later']))} set it: {', '.join(entry['left'])}")
    if answer["more_entries"]:
        print("  and more entries")
    for lapsed in answer["not_restored"]:
        many = "" if lapsed["count"] is None else f"{lapsed['count']} "
        print(f"  does not come back: {many}{lapsed['what'].replace('_', ' ')} of {lapsed['person']}")


@drift.callback()
def list_drift(
    context: typer.Context,
    member: str | None = typer.Option(None, help="HSA-id of the organisation."),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """List what stands otherwise in LDAP than in the journal."""
    if context.invoked_subcommand is not None:
        return
    answer = connect(data).call("GET", "/api/v1/drift", params={} if member is None else {"member": member})
    if as_json:
        _print(answer)
        return
    for item in answer["items"]:
        believed = "" if item["believed"] else ", not believed: too many are gone at once"
        print(f"{item['hsa_id']}  {item['kind'] or '–'}  {item['what']} since {item['seen_at']}{believed}")
        if item["problem"] is not None:
            print(f"    {item['problem']}")
        _show_differences(item["differences"])
    if not answer["items"]:
        talk("Nothing stands otherwise in LDAP than in the journal.")
    elif answer["next_cursor"] is not None:
        talk("There is more; settle these first, or ask with --member.")


@drift.command()
def adopt(
    ids: list[str], reason: str = ReasonOption, data: Path | None = DataOption, dry_run: bool = DryRunOption
) -> None:
    """Make what stands in LDAP the truth."""
    _settle("adopt", ids, reason, data, dry_run=dry_run)


@drift.command()
def revert(
    ids: list[str], reason: str = ReasonOption, data: Path | None = DataOption, dry_run: bool = DryRunOption
) -> None:
    """Write what the journal says back into LDAP."""
    _settle("revert", ids, reason, data, dry_run=dry_run)


@group.command()
def rebuild(
    config: Path | None = typer.Option(
        None, "--config", help="The settings of `tillit serve`; else the demo's folder."
    ),
    data: Path | None = DataOption,
    as_json: bool = JsonOption,
) -> None:
    """Build LDAP anew from the journal, while Tillit does not run. The former database is set aside."""
    from hub.cli.run import read_settings, telling_of_settings
    from hub.data_folder import take_folder
    from hub.rebuilding import rebuild_directory
    from hub.settings import Settings

    folder = (data or default_folder()).absolute()
    if config is not None:
        settings = read_settings(config)
        if settings.ldap_uris:
            stop(
                Exit.USAGE, "a server of yours is built at the next start, when it is found empty: see external-ldap.md"
            )
    elif not (folder / "tillit.db").exists():
        stop(Exit.USAGE, f"there is no journal at {folder}")
    else:
        with telling_of_settings("the environment"):
            settings = Settings(data=folder, issuer="http://localhost", ldap_uri=None)
    with ExitStack() as closing, _progress() as tell:
        take_folder(settings.data, closing)
        done = rebuild_directory(settings, closing, tell)
    if as_json:
        set_aside = None if done.set_aside is None else str(done.set_aside)
        told = {"revision": done.revision, "entries": done.entries, "differing": done.differing}
        _print(told | {"set_aside": set_aside})
    else:
        print(
            f"LDAP holds {done.entries} entries at revision {done.revision}; {done.differing} differ from the journal"
        )
        if done.set_aside is not None:
            talk(f"The former database lies in {done.set_aside}; remove it when you no longer need it.")
    raise typer.Exit(Exit.OK if done.differing == 0 else Exit.ERROR)


def _settle(verb: str, ids: list[str], reason: str, data: Path | None, *, dry_run: bool) -> None:
    line = connect(data)
    for hsa_id in ids:
        answer = line.call(
            "POST", f"/api/v1/drift/{quote(hsa_id, safe='')}/{verb}", params={"dry_run": dry_run},
            json={"reason": reason},
        )  # fmt: skip
        done = "would be settled" if answer["revision"] is None else f"settled by revision {answer['revision']}"
        print(f"{answer['hsa_id']}  {done}")


def _show_commits(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print(answer)
        return
    for commit in answer["items"]:
        _show_commit(commit)
    if not answer["items"]:
        talk("No change matches." if answer["next_cursor"] is None else "No change on this page that you may see.")
    if answer["next_cursor"] is not None:
        talk(f"There is more: --cursor {answer['next_cursor']}")


def _show_commit(commit: dict[str, Any]) -> None:
    actor = commit["actor"] or "–"
    print(f"revision {commit['revision']}  {commit['at']}  {actor}  {commit['door']}  {commit['reason']}")
    for change in commit["changes"]:
        print(f"  {change['kind']} {change['hsa_id']} {change['what']}")
        _show_differences(change["differences"])
        if change["foreign"]:
            print("    written past us before:")
            _show_differences(change["foreign"])
        if change["was_gone"]:
            print("    it was gone from LDAP")
    if commit["more_changes"]:
        print(f"  and more: ./tillit directory show {commit['revision']}")


def _show_differences(differences: list[dict[str, Any]]) -> None:
    for line in difference_lines(differences):
        print(line)


def _print(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on stderr while somebody looks on at a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("entries", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
