"""Refuses what an address does not know: a misspelt ``?dryrun=true`` would else be a change that was meant to be tried.

Boundary: what a known parameter may hold is its address's own question.
"""

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from vocabulary.refusals import InvalidValue


def demand_known_parameters(request: Request) -> None:
    """Raises ``InvalidValue`` for the first query parameter that the address does not have."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not request.query_params:
        return
    known = _parameters(route.dependant)
    for name in request.query_params:
        if name not in known:
            said = "it takes " + ", ".join(f"`{each}`" for each in sorted(known)) if known else "it takes none"
            raise InvalidValue(f"this address has no parameter of that name; {said}", pointer=f"/{name[:100]}")


def _parameters(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*map(_parameters, dependant.dependencies))
