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
            command.callback = let_act(command.callback, client)
    opening = group.registered_callback
    if opening is not None and opening.callback is not None and group.info.invoke_without_command is True:
        opening.callback = let_act(opening.callback, client)
    for below in group.registered_groups:
        if below.typer_instance is not None:
            let_people_act(below.typer_instance, besides, client)
    return group


def let_act(act: Callable[..., Any], client: str = CONSOLE) -> Callable[..., Any]:
    """``act`` with one option more in the signature that typer reads."""
    signature = inspect.signature(act)
    # Typer hands over its context by the type of one parameter, and to one only.
    its_own = next((each.name for each in signature.parameters.values() if each.annotation is typer.Context), None)
    context = its_own or "context_of_call"

    @wraps(act)
    def carried_out(*positional: Any, acting_as: str | None = None, **named: Any) -> Any:
        above = named[context] if its_own is not None else named.pop(context)
        username = acting_as if acting_as is not None else _named_above(above)
        _acting_as.set(None if username is None else Acting(username, client))
        return act(*positional, **named)

    more = [inspect.Parameter("acting_as", inspect.Parameter.KEYWORD_ONLY, default=AsOption, annotation=str | None)]
    if its_own is None:
        more.append(inspect.Parameter(context, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))
    carried_out.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what `inspect.signature` looks for
        parameters=[*signature.parameters.values(), *more]
    )
    carried_out.__annotations__ = act.__annotations__ | {each.name: each.annotation for each in more}
    return carried_out


def _named_above(context: typer.Context) -> str | None:
    """Who was named before the command's own name, to the group that it is of: ``drift --as USERNAME adopt``."""
    above = context.parent
    while above is not None:
        if (username := above.params.get("acting_as")) is not None:
            return str(username)
        above = above.parent
    return None
