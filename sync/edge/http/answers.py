"""How sources and runs look in answers. Long plans are answered piece by piece."""

import base64
import binascii
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync import Run, Source
from sync.refusals import InvalidSource, MalformedRequest
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

MOST_STEPS = 1_000
Document = dict[str, Any]


class SourceForm(BaseModel):
    """The definition of a source as it is sent."""

    model_config = ConfigDict(extra="forbid")

    member: str = Field(examples=["SE2120002668"])
    name: str
    mapping: dict[str, str] = {}
    unit_codes: dict[str, str] = {}
    delimiter: str | None = None

    def source(self, source_id: str) -> Source:
        try:
            member = HsaId.parse(self.member)
            unit_codes = {code: HsaId.parse(unit) for code, unit in self.unit_codes.items()}
        except InvalidValue as refusal:
            raise InvalidSource(refusal.description) from None
        return Source(source_id, member, self.name, self.mapping, unit_codes, self.delimiter)


class ApplyForm(BaseModel):
    """Applying a preview by its id."""

    model_config = ConfigDict(extra="forbid", strict=True)

    run: str
    confirm_leavers: int | None = Field(default=None, ge=0)

    @classmethod
    def read(cls, body: bytes) -> "ApplyForm":
        try:
            return cls.model_validate_json(body)
        except ValidationError:
            raise MalformedRequest('the body is JSON of the form `{"run": …, "confirm_leavers": …}`') from None


def source_answer(source: Source) -> Document:
    return {
        "id": source.id,
        "member": str(source.member),
        "name": source.name,
        "mapping": dict(source.mapping),
        "unit_codes": {code: str(unit) for code, unit in source.unit_codes.items()},
        "delimiter": source.delimiter,
        "version": source.version,
    }


def run_answer(run: Run) -> Document:
    return {
        "id": run.id,
        "source": run.source,
        "member": str(run.member),
        "state": str(run.state),
        "digest": run.digest,
        "counts": dict(run.counts),
        "leavers": len(run.leavers),
        "actor": run.actor,
        "created_at": run.created_at.isoformat(),
        "changed_at": run.changed_at.isoformat(),
        "revision": run.revision,
        "why": run.why,
    }


def plan_answer(plan: Document, *, offset: int = 0, limit: int = MOST_STEPS) -> Document:
    """The plan with one piece of its steps and of its faults, and how many of each come after the piece."""
    piece = slice(offset, offset + limit)
    return {
        **plan,
        "steps": plan["steps"][piece],
        "steps_left_out": max(0, len(plan["steps"]) - offset - limit),
        "faults": plan["faults"][piece],
        "faults_left_out": max(0, len(plan["faults"]) - offset - limit),
    }


def cursor_of(run: Run) -> str:
    return base64.urlsafe_b64encode(f"{run.created_at.isoformat()}|{run.id}".encode()).decode()


def position_of(cursor: str | None) -> tuple[datetime, str] | None:
    """Raises ``InvalidValue`` for a cursor that is not one of ours."""
    if cursor is None:
        return None
    try:
        instant, _, run_id = base64.urlsafe_b64decode(cursor).decode().partition("|")
        created_at = datetime.fromisoformat(instant)
    except (ValueError, binascii.Error):
        raise InvalidValue("the cursor is not one that was answered", pointer="/cursor") from None
    if created_at.tzinfo is None or not run_id:
        raise InvalidValue("the cursor is not one that was answered", pointer="/cursor")
    return created_at, run_id
