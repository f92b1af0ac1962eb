"""The journal of changes, as applications read it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from directory.core.visibility import Visibility
from directory.directory import Directory
from directory.edge.http.doors import Authenticate
from directory.edge.http.reading import audiences
from directory.edge.http.shapes import Audience, CommitShape, Shape
from directory.ports import Administration, JournalRecord, RecordState


class Changes(Shape):
    """``next_since`` is what to ask for next; without news it is what was asked for."""

    items: list[CommitShape]
    next_since: int


def changes(directory: Directory, authenticate: Authenticate, administration: Administration) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/changes")
    def since(
        seen: Audience = seen_by,
        since: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> Changes:
        records = [found for found in directory.records(since, limit) if found.state is RecordState.APPLIED]
        reached = max((found.revision for found in records if found.revision is not None), default=since)
        return Changes(items=[_commit(seen, found) for found in records], next_since=reached)

    return routes


def _commit(seen: Audience, record: JournalRecord) -> CommitShape:
    told = (seen.change(change.before, change.after) for change in record.changes)
    changed = (entry for change in record.changes for entry in (change.after, change.before) if entry is not None)
    administers = all(seen.reach.circle(entry) is Visibility.ADMINISTRATORS for entry in changed)
    assert record.revision is not None, "an applied record has a revision"
    return CommitShape(
        revision=record.revision,
        at=record.at,
        actor=record.actor if administers else None,
        reason=record.reason if administers else None,
        door=record.door if administers else None,
        changes=[change for change in told if change is not None],
    )
