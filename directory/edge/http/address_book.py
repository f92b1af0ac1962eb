"""The address register over HTTP: who and what is where, how to reach it, and whether it is open now.

Boundary: what is shown of an entry is ``Audience``'s; how it is found is ``core.address_book``'s.
"""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from directory.core.address_book import AddressBook, Hit, Question, Where, hours_of
from directory.core.address_index import LISTED, AddressIndex, Listed
from directory.core.entries import KINDS, NAMES, Person, Unit
from directory.core.opening_hours import is_open, opens_next
from directory.directory import Directory
from directory.edge.http.doors import Authenticate, id_in_query
from directory.edge.http.reading import audiences
from directory.edge.http.shapes import Audience, Shape
from directory.edge.http.typed_words import refuse_personal_numbers, words_in
from directory.ports import Administration
from vocabulary.clock import Clock
from vocabulary.refusals import InvalidValue

Kind = Literal["person", "unit", "function", "video_endpoint"]
Text = Annotated[str | None, Query(max_length=100)]
_SHOWN = ("telephone", "mobile", "switchboard", "mail", "web_page", "location", "sip_uri", "h323_id", "dialed_digits")


class Place(Shape):
    """A unit where a person works, or that a function belongs to."""

    hsa_id: str
    name: str
    municipality: str | None


class Listing(Shape):
    """One line of the register. ``protected`` marks a person with protected personal data (*skyddade personuppgifter*),
    who is listed only for whoever administers her. ``open_now`` is absent of people with several places, and ``null``
    where the hours are not known; ``opens_at`` is when it opens next, if it is closed. Public holidays stand in no
    hours of HSA."""

    kind: Kind
    hsa_id: str
    name: str
    title: str | None
    protected: bool
    places: list[Place]
    telephone: str | None
    mobile: str | None
    switchboard: str | None
    mail: str | None
    web_page: str | None
    location: str | None
    sip_uri: str | None
    h323_id: str | None
    dialed_digits: str | None
    opening_hours: list[str]
    open_now: bool | None
    opens_at: datetime | None


class Listings(Shape):
    """``next_cursor`` is absent on the last page."""

    items: list[Listing]
    next_cursor: str | None


def address_book(
    directory: Directory,
    index: Callable[[], AddressIndex],
    authenticate: Authenticate,
    administration: Administration,
    clock: Clock,
) -> APIRouter:
    """``index`` gives the newest index; it may be a second older than the snapshot, which decides what is shown."""
    routes = APIRouter(prefix="/api/v1", tags=["address book"])
    seen_by = Depends(audiences(directory, authenticate, administration))

    @routes.get("/address-book")
    def find(
        seen: Audience = seen_by,
        q: Annotated[str, Query(max_length=100, description="parts of names, titles, places; never a number")] = "",
        kind: Annotated[list[Kind] | None, Query()] = None,
        municipality: Annotated[str | None, Query(max_length=100, description="code or name")] = None,
        unit: Annotated[str | None, Query(max_length=31, description="HSA-id: it and all that stands below it")] = None,
        profession: Annotated[str | None, Query(max_length=100, description="title, position or licence")] = None,
        function: Text = None,
        phone: Annotated[str | None, Query(max_length=40, description="at least three digits of a number")] = None,
        open_now: bool = False,
        cursor: Annotated[str | None, Query(max_length=1000)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 25,
    ) -> Listings:
        refuse_personal_numbers(q, profession, function)
        now = clock.now()
        question = Question(
            words=q,
            kinds=LISTED if not kind else tuple(each for each in LISTED if NAMES[each] in kind),
            municipality=municipality,
            unit=id_in_query(unit, "unit"),
            profession=profession,
            function=function,
            phone=_phone(phone),
            open_at=now if open_now else None,
        )
        for name, text in (("q", q or None), ("municipality", municipality), ("profession", profession),
                           ("function", function)):  # fmt: skip
            words_in(text, name)
        if not any((q, municipality, unit, profession, function, phone)):
            raise InvalidValue("say what to look for: `q`, `phone`, `unit`, `municipality` …", pointer="/q")
        book = AddressBook(index(), seen.snapshot, now, seen.sees)
        hits = book.found(question, after=_place_in(cursor), limit=limit + 1)
        following = _cursor(hits[limit - 1].where) if len(hits) > limit else None
        return Listings(items=[_listing(hit, seen, now) for hit in hits[:limit]], next_cursor=following)

    return routes


def _listing(hit: Hit, seen: Audience, now: datetime) -> Listing:
    entry, units = hit.entry, [unit for unit in hit.units if seen.sees(unit)]
    told = seen.entry(entry)
    hours = list(hours_of(entry, hit.units))
    open_then = is_open(hours, now)
    return Listing(
        kind=_kind(entry),
        hsa_id=str(entry.hsa_id),
        name=told["full_name"] if isinstance(entry, Person) else told["name"],
        title=told.get("title"),
        protected=isinstance(entry, Person) and entry.protected,
        places=[
            Place(hsa_id=str(u.hsa_id), name=u.name, municipality=u.municipality_name) for u in units if u != entry
        ],
        opening_hours=hours,
        open_now=open_then,
        opens_at=opens_next(hours, now) if open_then is False else None,
        **{name: told.get(name) for name in _SHOWN},
    )


def _place(unit: Unit) -> Place:
    return Place(hsa_id=str(unit.hsa_id), name=unit.name, municipality=unit.municipality_name)


def _kind(entry: Listed) -> Kind:
    if isinstance(entry, Person):
        return "person"
    if isinstance(entry, Unit):
        return "unit"
    return "function" if type(entry) is KINDS["function"] else "video_endpoint"


def _phone(text: str | None) -> str | None:
    if text is None:
        return None
    if sum(character.isdigit() for character in text) < 3 or not text.isascii():
        raise InvalidValue("a telephone number is looked for by at least three digits", pointer="/phone")
    return text


def _cursor(where: Where) -> str:
    return base64.urlsafe_b64encode(json.dumps(where, separators=(",", ":")).encode()).decode()


def _place_in(cursor: str | None) -> Where | None:
    if cursor is None:
        return None
    try:
        score, misspelt, (letters, plain), key = json.loads(base64.b64decode(cursor.encode(), b"-_", validate=True))
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor") from None
    if (type(score), type(misspelt), type(letters), type(plain), type(key)) != (int, bool, str, str, str):
        raise InvalidValue("the cursor is not one that an earlier page gave", pointer="/cursor")
    return score, misspelt, (letters, plain), key
