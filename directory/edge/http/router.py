"""All addresses of the directory, as one router for the hub."""

from fastapi import APIRouter

from directory.directory import Directory
from directory.edge.http.changes import changes
from directory.edge.http.doors import Authenticate
from directory.edge.http.open_units import open_units
from directory.edge.http.reading import reading
from directory.edge.http.writing import writing
from directory.ports import Administration
from vocabulary.clock import Clock


def router(directory: Directory, authenticate: Authenticate, administration: Administration, clock: Clock) -> APIRouter:
    """``authenticate`` raises for a caller without a valid token; the open list does not ask it."""
    routes = APIRouter()
    for part in (
        reading(directory, authenticate, administration),
        changes(directory, authenticate, administration),
        writing(directory, authenticate, administration, clock),
        open_units(directory, clock),
    ):
        routes.include_router(part)
    return routes
