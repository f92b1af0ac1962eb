"""The ``tillit`` command: collects the groups of commands. Each command imports what it needs when it runs."""

import sys

import typer

from hub.cli import (
    administrators,
    app_commands,
    audit,
    bench,
    changes,
    delegation_commands,
    directory_commands,
    directory_history,
    find,
    ldap_commands,
    planning_commands,
    play,
    policy,
    quality,
    register_commands,
    retention,
    reverse,
    run,
    sync_commands,
    why,
)
from hub.cli.acting import let_people_act
from hub.cli.connection import talk
from hub.cli.exits import Exit
from vocabulary.refusals import Refusal

cli = typer.Typer(
    name="tillit",
    help="Regional identity, directory and authorization hub. `./tillit test` runs the whole suite.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
run.register(cli)
why.register(cli)
reverse.register(cli)
find.register(cli)
bench.register(cli)
changes.register(cli)
cli.add_typer(policy.group, name="policy")
cli.add_typer(delegation_commands.group, name="delegation")
cli.add_typer(sync_commands.group, name="sync")
for name, group in directory_commands.groups().items():
    cli.add_typer(group, name=name)
for name, group in register_commands.groups().items():
    cli.add_typer(group, name=name)
administrators.register(directory_history.group)
quality.register(directory_history.group)
retention.register(directory_history.group)
ldap_commands.register(directory_history.group)
directory_history.group.add_typer(planning_commands.plan, name="plan")
directory_history.group.add_typer(planning_commands.reorganise, name="reorganise")
cli.add_typer(
    let_people_act(directory_history.group, besides=frozenset({"rebuild", "check_ldap", "ldap_files"})),
    name="directory",
)
cli.add_typer(app_commands.group, name="app")
cli.add_typer(audit.group, name="audit")
cli.add_typer(play.group, name="play")


def main() -> None:
    """Run one command. A refusal is one clear sentence, never a traceback."""
    try:
        cli(prog_name="./tillit")
    except Refusal as refusal:
        talk(f"tillit: {refusal.description}")
        sys.exit(Exit.ERROR)


if __name__ == "__main__":
    main()
