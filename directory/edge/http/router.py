"""All addresses of the directory, as one router for the hub."""

from fastapi import APIRouter

from directory.actions.report_quality import QualityReport
from directory.directory import Directory
from directory.edge.http.address_book import address_book
from directory.edge.http.administrators import administrators
from directory.edge.http.carrying_out import Changing
from directory.edge.http.changes import changes
from directory.edge.http.changing import changing_entries
from directory.edge.http.creating import creating
from directory.edge.http.doors import Authenticate
from directory.edge.http.drift import drift
from directory.edge.http.followers import Followers
from directory.edge.http.journal import journal
from directory.edge.http.memberships import memberships
from directory.edge.http.national import national
from directory.edge.http.open_units import open_units
from directory.edge.http.people import people
from directory.edge.http.placing import placing
from directory.edge.http.plan_door import PlanDoor
from directory.edge.http.planned_changes import planned_changes
from directory.edge.http.quality import licence_checks, quality
from directory.edge.http.reading import reading
from directory.edge.http.reorganisations import reorganisations
from directory.edge.http.retention import retention
from directory.edge.http.undoing import undoing
from directory.planning import Planning
from directory.ports import Administration, Aftermath, Requests
from directory.retention import Retention
from vocabulary.clock import Clock


def router(
    directory: Directory,
    authenticate: Authenticate,
    administration: Administration,
    requests: Requests,
    followers: Followers,
    planning: Planning,
    clock: Clock,
    report: QualityReport,
    kept: Retention,
    aftermath: Aftermath | None = None,
) -> APIRouter:
    """``authenticate`` raises for a caller without a valid token; the open list does not ask it. Without an
    ``aftermath`` nobody outside the directory is asked what ended because of a change."""
    routes = APIRouter()
    changing = Changing(directory, authenticate, administration, requests, clock)
    door = PlanDoor(directory, authenticate, administration, planning, clock)
    for part in (
        reading(directory, authenticate, administration, planning),
        changes(directory, authenticate, administration, followers),
        administrators(directory, authenticate, administration),
        people(changing),
        creating(changing),
        changing_entries(changing),
        placing(changing),
        memberships(changing),
        address_book(directory, directory.address_index, authenticate, administration, clock),
        journal(directory, authenticate, administration),
        undoing(changing, aftermath),
        drift(changing),
        national(directory, authenticate, administration, report.checks, clock),
        quality(directory, authenticate, administration, report),
        licence_checks(changing, report),
        planned_changes(door),
        reorganisations(door),
        retention(directory, authenticate, administration, kept, door, clock),
        open_units(directory, clock),
    ):
        routes.include_router(part)
    return routes
