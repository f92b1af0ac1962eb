"""The open list of care (*öppna data*): public units for everybody, without login, as JSON or CSV.

Only units that are marked public and current now, with what ``core.visibility`` opens to everybody: what stands on a
sign outside. No people, no ids of sources.
"""

import csv
import io
import re
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from directory.core.entries import CodeTable, Function, Unit
from directory.core.opening_hours import is_open
from directory.core.snapshot import Snapshot
from directory.core.swedish_order import order_of
from directory.core.sweref99 import latitude_and_longitude
from directory.core.table_names import MUNICIPALITIES, SERVICES, UNIT_KINDS
from directory.core.tolerant_text import tolerant
from directory.core.visibility import Visibility, visible
from directory.directory import Directory
from directory.edge.http.typed_words import met, refuse_personal_numbers, words_in
from vocabulary.clock import Clock
from vocabulary.refusals import InvalidValue
from vocabulary.text import parse_line

_HEADERS = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*", "vary": "accept"}
_MOST_NAMED = 40
_MUNICIPALITY_CODE = re.compile(r"[0-9]{4}", re.ASCII)


class OpenService(BaseModel):
    """``text`` is the code table's, or the code itself where the table has none."""

    code: str
    text: str


class OpenFunction(BaseModel):
    """A reception, a booking: how to reach it."""

    name: str
    telephone: str | None
    mail: str | None
    opening_hours: list[str]
    telephone_hours: list[str]


class OpenUnit(BaseModel):
    """Hours are HSA's ``1-5#08:00#17:00`` (Monday = 1; public holidays are not in them). ``open_now`` is ``null`` where
    they are not known. ``sweref99_north`` and ``…_east`` are metres in SWEREF 99 TM, the same place as ``latitude`` and
    ``longitude`` in degrees (WGS 84)."""

    hsa_id: str
    name: str
    short_name: str | None
    member: str
    care_provider: str | None
    kind: str | None
    care_type: str | None
    description: str | None
    services: list[OpenService]
    municipality_code: str | None
    municipality_name: str | None
    telephone: str | None
    mail: str | None
    web_page: str | None
    postal_address: str | None
    visiting_address: str | None
    route: str | None
    sweref99_north: int | None
    sweref99_east: int | None
    latitude: float | None
    longitude: float | None
    opening_hours: list[str]
    telephone_hours: list[str]
    visiting_hours: list[str]
    drop_in_hours: list[str]
    open_now: bool | None
    functions: list[OpenFunction]


class OpenUnits(BaseModel):
    """``revision`` is the directory's, ``at`` the instant that ``open_now`` speaks of."""

    revision: int
    at: datetime
    units: list[OpenUnit]


def open_units(directory: Directory, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/open/v1", tags=["open data"])

    @routes.get("/units", response_model=OpenUnits, responses={200: {"content": {"text/csv": {}}}, 304: {}})
    def units(
        request: Request,
        response: Response,
        municipality: Annotated[str | None, Query(max_length=100, description="code or name of a municipality")] = None,
        kind: Annotated[str | None, Query(max_length=40)] = None,
        service: Annotated[str | None, Query(max_length=40, description="code of a service")] = None,
        open_now: bool = False,
        q: Annotated[str | None, Query(max_length=100, description="part of the name")] = None,
        format: Literal["json", "csv"] | None = None,
    ) -> OpenUnits | Response:
        refuse_personal_numbers(q)
        snapshot, now, words = directory.snapshot(), clock.now(), words_in(q or None, "q")
        headers = _HEADERS | {"etag": f'W/"{snapshot.revision}-{int(now.timestamp()) // 60}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        place = None if municipality is None else tolerant(municipality)
        public = [unit for unit in snapshot.units() if unit.public and not unit.archived and unit.period.contains(now)]
        _demand_known(snapshot, public, municipality, kind, service)
        chosen = [
            unit
            for unit in public
            if (municipality in (None, unit.municipality_code) or place == tolerant(unit.municipality_name or ""))
            and kind in (None, unit.kind)
            and (service is None or service in unit.services)
            and met(words, unit.name)
            and (not open_now or is_open(unit.opening_hours, now) is True)
        ]
        texts = _service_texts(snapshot)
        chosen.sort(key=lambda unit: (unit.municipality_code or "", order_of(unit.name), unit.hsa_id.key))
        found = [_told(snapshot, unit, texts, now) for unit in chosen]
        if format == "csv" or (format is None and "text/csv" in request.headers.get("accept", "")):
            return Response(_csv(found), media_type="text/csv; charset=utf-8", headers=headers)
        response.headers.update(headers)
        return OpenUnits(revision=snapshot.revision, at=now, units=found)

    return routes


def _demand_known(
    snapshot: Snapshot, public: list[Unit], municipality: str | None, kind: str | None, service: str | None
) -> None:
    """Raises ``InvalidValue`` for what no public unit has and the region's code tables do not know: an empty list would
    be taken for an answer. Any code of a municipality may be asked for, and any code that the region keeps no table
    of."""
    if municipality is not None and not _MUNICIPALITY_CODE.fullmatch(municipality):
        names = {unit.municipality_name for unit in public if unit.municipality_name is not None}
        texts = {row.text for table in _tables(snapshot, MUNICIPALITIES) for row in table.codes}
        if tolerant(municipality) not in {tolerant(name) for name in names | texts}:
            raise _unknown("municipality", municipality, names)
    kinds = {unit.kind for unit in public if unit.kind is not None}
    services = {each for unit in public for each in unit.services}
    for name, table, given, used in (("kind", UNIT_KINDS, kind, kinds), ("service", SERVICES, service, services)):
        tables = _tables(snapshot, table)
        if given is not None and tables and given not in used | {row.code for each in tables for row in each.codes}:
            raise _unknown(name, given, used)


def _unknown(name: str, given: str, known: set[str]) -> InvalidValue:
    told = ", ".join(f"`{each}`" for each in sorted(known, key=order_of)[:_MOST_NAMED])
    those = f"; public units have {told}" if told else ""
    return InvalidValue(
        f"there is no {name} `{parse_line(given, max_length=100, pointer=f'/{name}')}`{those}", pointer=f"/{name}"
    )


def _tables(snapshot: Snapshot, name: str) -> list[CodeTable]:
    return [table for table in snapshot.all_of(CodeTable) if table.table == name and not table.archived]


def _service_texts(snapshot: Snapshot) -> dict[str, str]:
    return {row.code: row.text for table in _tables(snapshot, SERVICES) for row in table.codes}


def _told(snapshot: Snapshot, unit: Unit, texts: dict[str, str], now: datetime) -> OpenUnit:
    member = snapshot.member(unit.member)
    provider = None if unit.care_provider is None else snapshot.care_provider(unit.care_provider)
    shown = visible(Unit, Visibility.OPEN)
    plain: dict[str, Any] = {
        name: getattr(unit, name) if name in shown else None
        for name in ("name", "short_name", "kind", "care_type", "description", "municipality_code", "municipality_name",
                     "telephone", "mail", "web_page", "postal_address", "visiting_address", "route")
    }  # fmt: skip
    hours: dict[str, Any] = {
        name: list(getattr(unit, name)) if name in shown else []
        for name in ("opening_hours", "telephone_hours", "visiting_hours", "drop_in_hours")
    }
    place = unit.coordinates if "coordinates" in shown else None
    latitude, longitude = (None, None) if place is None else latitude_and_longitude(place)
    functions = sorted(
        (each for each in snapshot.below(unit.hsa_id) if isinstance(each, Function) and _is_open_to_all(each, now)),
        key=lambda each: (order_of(each.name), each.hsa_id.key),
    )
    return OpenUnit(
        hsa_id=str(unit.hsa_id),
        member="" if member is None else member.name,
        care_provider=None if provider is None else provider.name,
        services=[OpenService(code=code, text=texts.get(code, code)) for code in unit.services],
        sweref99_north=None if place is None else place.north,
        sweref99_east=None if place is None else place.east,
        latitude=None if latitude is None else round(latitude, 6),
        longitude=None if longitude is None else round(longitude, 6),
        open_now=is_open(unit.opening_hours, now),
        functions=[_function(each) for each in functions],
        **plain,
        **hours,
    )


def _is_open_to_all(function: Function, now: datetime) -> bool:
    return function.public and not function.archived and function.period.contains(now)


def _function(function: Function) -> OpenFunction:
    return OpenFunction(
        name=function.name,
        telephone=function.telephone,
        mail=function.mail,
        opening_hours=list(function.opening_hours),
        telephone_hours=list(function.telephone_hours),
    )


def _csv(units: list[OpenUnit]) -> str:
    """RFC 4180, one line per unit. Several hours are joined by `|`, services are their codes, functions their names."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(OpenUnit.model_fields)
    for unit in units:
        rows.writerow([_cell(getattr(unit, name)) for name in OpenUnit.model_fields])
    return out.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case list():
            text = "|".join(_cell(each) for each in value)
        case OpenService():
            text = value.code
        case OpenFunction():
            text = value.name
        case _:
            text = str(value)
    # A spreadsheet takes what begins so for a formula; a number with its sign is none.
    dangerous = text.startswith(("=", "@", "\t", "\r")) or (text[:1] in ("+", "-") and not text[1:2].isdigit())
    return f"'{text}" if dangerous else text
