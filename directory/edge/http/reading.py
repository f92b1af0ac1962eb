"""Reading the directory: for each kind a list page by page, and single entries with their version."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, create_model

from directory.core.entries import (
    KINDS,
    Assignment,
    CareProvider,
    Entry,
    Function,
    Member,
    Person,
    Unit,
    member_of,
)
from directory.core.snapshot import Snapshot
from directory.directory import Directory
from directory.edge.http.doors import (
    Authenticate,
    etag_of,
    id_in_path,
    id_in_query,
    is_known,
    key_in,
    page_of,
)
from directory.edge.http.moments import FORESEEN, AudiencesAt, audiences_at
from directory.edge.http.shapes import FILTERED, SHAPES, Audience, Shape
from directory.edge.http.typed_words import MOST_CHARACTERS, met, refuse_personal_numbers, words_in
from directory.planning import Planning
from directory.ports import Administration
from directory.refusals import EntryUnknown
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue
from vocabulary.scim_filter import parse_filter

E = TypeVar("E", bound=Entry)

PATHS: dict[str, str] = {name: name.replace("_", "-") + "s" for name in KINDS} | {"person": "people"}
"""Kind → the last part of its address."""

Limit = Annotated[int, Query(ge=1, le=500)]
Words = Annotated[
    str | None,
    Query(max_length=MOST_CHARACTERS, description="parts of a name or title, in any order; never a personal number"),
]
FilterText = Annotated[
    str | None,
    Query(
        alias="filter",
        max_length=1000,
        description='as SCIM has it (RFC 7644 3.4.2.2), as `title sw "kur" and mail pr`; never a personal number',
    ),
]
Cursor = Annotated[str | None, Query(max_length=100)]
Seen = Callable[[Request], Audience]


class Page(Shape):
    """``next_cursor`` is absent on the last page. ``revision`` is the directory's, of this page."""

    next_cursor: str | None
    revision: int


def audiences(directory: Directory, authenticate: Authenticate, administration: Administration) -> Seen:
    """Who asks, and what she may see of what stands now. Raises ``NotAllowed`` for who may not read at all."""

    def audience(request: Request) -> Audience:
        caller, snapshot = authenticate(request), directory.snapshot()
        reach = administration.reach(caller, snapshot)
        reach.demand_reader()
        return Audience(snapshot, reach)

    return audience


def reading(
    directory: Directory, authenticate: Authenticate, administration: Administration, planning: Planning
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["directory"])
    audience = audiences_at(directory, authenticate, administration, planning)
    for name, kind in KINDS.items():
        _read(routes, name, kind, audience)
    return routes


def _read(routes: APIRouter, name: str, kind: type[Entry], audience: AudiencesAt) -> None:
    seen_by = Depends(audience)
    shape = SHAPES[kind]
    page: type[BaseModel] = create_model(f"{kind.__name__}Page", __base__=Page, items=(list[shape], ...))  # type: ignore[valid-type]  # made here

    @routes.get(f"/{PATHS[name]}", name=f"list {name}", response_model=page, response_model_exclude_unset=True)
    def entries(
        seen: Audience = seen_by,
        member: str | None = None,
        unit: str | None = None,
        q: Words = None,
        filter_: FilterText = None,
        feigned: bool = False,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        of, at = _named(seen, member, "member", Member), _named(seen, unit, "unit", Unit, CareProvider, Member)
        refuse_personal_numbers(q)
        words = words_in(q or None, "q")
        fits = None if filter_ is None else parse_filter(filter_, FILTERED[kind], pointer="/filter")
        holders = _holders(seen.snapshot, at) if kind is Person and at is not None else frozenset()

        def wanted(entry: Entry) -> bool:
            return (
                (of is None or member_of(entry) == of)
                and (at is None or _stands_at(entry, at, holders))
                and (feigned or not isinstance(entry, Person) or not entry.feigned)
                and met(words, *_names(entry))
                and seen.sees(entry)
                # INVARIANT (a filter tells no more than the list): it is asked of what the caller is shown.
                and (fits is None or fits.matches(seen.entry(entry, fits.names)))
            )

        found, following = page_of(seen.snapshot.after(kind, key_in(cursor)), wanted, limit)
        told = [seen.entry(entry) for entry in found]
        return {"items": told, "next_cursor": following, "revision": seen.snapshot.revision}

    @routes.get(
        f"/{PATHS[name]}/{{hsa_id}}", name=f"read {name}", response_model=shape, response_model_exclude_unset=True
    )
    def entry(hsa_id: str, request: Request, response: Response, seen: Audience = seen_by) -> object:
        found = found_by(seen, kind, hsa_id)
        if FORESEEN in response.headers:
            return seen.entry(found)  # What is only foreseen has no version.
        etag = etag_of(seen.snapshot, found.hsa_id)
        if is_known(request, etag):
            return Response(status_code=304, headers={**response.headers, "etag": etag})
        response.headers["etag"] = etag
        return seen.entry(found)


def found_by(seen: Audience, kind: type[E], text: str) -> E:
    """The entry that an address names. Raises ``EntryUnknown`` for one that is not, or is not to be known of."""
    hsa_id = id_in_path(text)
    found = None if hsa_id is None else seen.snapshot.of_kind(kind, hsa_id)
    if found is None or not seen.sees(found):
        raise EntryUnknown("there is no such entry")
    return found


def _names(entry: Entry) -> tuple[str | None, ...]:
    match entry:
        case Person():
            return entry.full_name, entry.title
        case Unit():
            return entry.name, entry.municipality_name
    return (entry.name,)


def _named(seen: Audience, text: str | None, name: str, *kinds: type[Entry]) -> HsaId | None:
    """What a parameter narrows a list to. Raises ``InvalidValue`` for what is not there for the caller: an empty list
    would be taken for an answer."""
    hsa_id = id_in_query(text, name)
    if hsa_id is not None and not isinstance(seen.seen(hsa_id), kinds):
        raise InvalidValue(f"there is no {name} `{hsa_id}`", pointer=f"/{name}")
    return hsa_id


def _stands_at(entry: Entry, unit: HsaId, holders: frozenset[str]) -> bool:
    match entry:
        case Person():
            return entry.hsa_id.key in holders
        case Assignment() | Function():
            return entry.unit == unit
        case Unit():
            return entry.parent == unit
    return False


def _holders(snapshot: Snapshot, unit: HsaId) -> frozenset[str]:
    there = (entry for entry in snapshot.below(unit) if isinstance(entry, Assignment))
    return frozenset(membership.person.key for assignment in there for membership in assignment.memberships)
