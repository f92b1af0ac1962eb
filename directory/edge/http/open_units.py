"""The open list of care (*öppna data*): public units for everybody, without login, as JSON or CSV.

Only units that are marked public and current now; no people, no ids of sources, nothing that is not on a sign outside.
"""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from directory.core.entries import Unit
from directory.core.snapshot import Snapshot
from directory.directory import Directory
from vocabulary.clock import Clock

_HEADERS = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*", "vary": "accept"}


class OpenUnit(BaseModel):
    hsa_id: str
    name: str
    member: str
    care_provider: str | None
    kind: str | None
    care_type: str | None
    municipality_code: str | None
    municipality_name: str | None
    telephone: str | None
    mail: str | None
    postal_address: str | None
    opening_hours: list[str]


class OpenUnits(BaseModel):
    revision: int
    units: list[OpenUnit]


def open_units(directory: Directory, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/open/v1", tags=["open data"])

    @routes.get("/units", response_model=OpenUnits, responses={200: {"content": {"text/csv": {}}}})
    def units(
        request: Request,
        response: Response,
        municipality: Annotated[str | None, Query(max_length=4, description="code of a municipality")] = None,
        kind: Annotated[str | None, Query(max_length=40)] = None,
        q: Annotated[str | None, Query(max_length=100, description="part of the name")] = None,
        format: Literal["json", "csv"] | None = None,
    ) -> OpenUnits | Response:
        snapshot, now = directory.snapshot(), clock.now()
        found = [
            _told(snapshot, unit)
            for unit in snapshot.after(Unit, "")
            if unit.public
            and unit.period.contains(now)
            and municipality in (None, unit.municipality_code)
            and kind in (None, unit.kind)
            and (q is None or q.casefold() in unit.name.casefold())
        ]
        if format == "csv" or (format is None and "text/csv" in request.headers.get("accept", "")):
            return Response("".join(_csv(found)), media_type="text/csv; charset=utf-8", headers=_HEADERS)
        response.headers.update(_HEADERS)
        return OpenUnits(revision=snapshot.revision, units=found)

    return routes


def _told(snapshot: Snapshot, unit: Unit) -> OpenUnit:
    member = snapshot.member(unit.member)
    provider = None if unit.care_provider is None else snapshot.care_provider(unit.care_provider)
    return OpenUnit(
        hsa_id=str(unit.hsa_id),
        name=unit.name,
        member="" if member is None else member.name,
        care_provider=None if provider is None else provider.name,
        kind=unit.kind,
        care_type=unit.care_type,
        municipality_code=unit.municipality_code,
        municipality_name=unit.municipality_name,
        telephone=unit.telephone,
        mail=unit.mail,
        postal_address=unit.postal_address,
        opening_hours=list(unit.opening_hours),
    )


def _csv(units: list[OpenUnit]) -> Iterator[str]:
    """RFC 4180, one line per unit; several opening hours are joined by `|`."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(OpenUnit.model_fields)
    for unit in units:
        rows.writerow([_cell(value) for value in unit.model_dump().values()])
    yield out.getvalue()


def _cell(value: str | list[str] | None) -> str:
    text = "|".join(value) if isinstance(value, list) else value or ""
    # A spreadsheet takes what begins so for a formula; a telephone number with its plus sign is none.
    dangerous = text.startswith(("=", "-", "@", "\t", "\r")) or (text.startswith("+") and not text[1:2].isdigit())
    return f"'{text}" if dangerous else text
