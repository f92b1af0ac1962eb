"""``--as USERNAME`` on the commands of a group: the command is carried out with that person's own login.

Without it a command calls as the administrators' application, which acts for itself.
"""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

import typer

CONSOLE, PORTAL = "katalogen", "vardportalen"
"""The demo's applications in which people administer the directory, and do their part in care."""


@dataclass(frozen=True, slots=True)
class Acting:
    """``username`` is logged in to the application ``client``."""

    username: str
    client: str


_acting_as: ContextVar[Acting | None] = ContextVar("acting_as", default=None)

AsOption = typer.Option(
    None,
    "--as",
    metavar="USERNAME",
    help="Log in as this person of the demo, and do it with what she may do.",
)


def acting_as() -> Acting | None:
    """Who the command at hand is carried out as, if anybody was named."""
    return _acting_as.get()


def let_people_act(group: typer.Typer, besides: frozenset[str] = frozenset(), client: str = CONSOLE) -> typer.Typer:
    """``group``, each of whose commands now takes the option, but for those that call nobody (``besides``); people
    log in to ``client``."""
    for command in group.registered_commands:
        if command.callback is not None and command.callback.__name__ not in besides:
            command.callback = _acting(command.callback, client)
    for below in group.registered_groups:
        if below.typer_instance is not None:
            let_people_act(below.typer_instance, besides, client)
    return group


def _acting(act: Callable[..., Any], client: str) -> Callable[..., Any]:
    """``act`` with one option more in the signature that typer reads."""

    @wraps(act)
    def carried_out(*positional: Any, acting_as: str | None = None, **named: Any) -> Any:
        _acting_as.set(None if acting_as is None else Acting(acting_as, client))
        return act(*positional, **named)

    signature = inspect.signature(act)
    option = inspect.Parameter("acting_as", inspect.Parameter.KEYWORD_ONLY, default=AsOption, annotation=str | None)
    carried_out.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what `inspect.signature` looks for
        parameters=[*signature.parameters.values(), option]
    )
    carried_out.__annotations__ = {**act.__annotations__, "acting_as": str | None}
    return carried_out
