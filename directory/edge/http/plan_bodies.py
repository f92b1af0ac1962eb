"""The JSON of planned changes as it comes in: steps on single entries, read into the steps of ``core``.

Attributes are those of the ordinary changing addresses (``bodies``). A new entry has no id yet: a step may call it by a
name of its own (``as``), which other steps write as ``@name`` where an HSA-id stands.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from directory.core.entries import KINDS, Entry, Person
from directory.core.hsa_ids import trial_id
from directory.core.planned_change import names_of
from directory.core.steps import Amend, Assign, Create, End, Move, Step, Unassign
from directory.directory import Directory
from directory.edge.http.bodies import CHANGED, NEW, Body, Instant, NumberBody, id_at, values_in
from directory.edge.http.creating import NOT_YET, completed, id_with
from directory.edge.http.shapes import Audience
from directory.refusals import EntryUnknown
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue

MOST_STEPS = 200
Id = Annotated[str, Field(max_length=40, description="an HSA-id, or `@name` of an entry that another step creates")]
MOST_NESTED = 4


def _demand_flat(given: dict[str, Any]) -> dict[str, Any]:
    """No attribute is deeper; what is could not be told apart by its hash."""
    inside: list[Any] = list(given.values())
    for _ in range(MOST_NESTED):
        inside = [each for one in inside for each in _parts_of(one)]
    if inside:
        raise ValueError(f"no attribute is nested deeper than {MOST_NESTED} levels")
    return given


def _parts_of(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


Attributes = Annotated[dict[str, Any], AfterValidator(_demand_flat)]


class _StepBody(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class CreateBody(_StepBody):
    """A new entry of ``kind``. ``as`` is what other steps of the same change call it."""

    do: Literal["create"]
    kind: Literal[tuple(KINDS)]  # type: ignore[valid-type]  # the kinds by name
    set: Attributes
    called: str | None = Field(default=None, alias="as", pattern=r"^[a-z0-9-]{1,30}$")


class ChangeBody(_StepBody):
    """Set what is named; the rest stays as it is then."""

    do: Literal["change"]
    entry: Id
    set: Attributes = Field(min_length=1)


class EndBody(_StepBody):
    do: Literal["end"]
    entry: Id


class MoveBody(_StepBody):
    """Let a unit, a function or an assignment stand below ``to``. ``care_provider`` is the one that a unit keeps, to be
    said where ``to`` belongs to another one."""

    do: Literal["move"]
    entry: Id
    to: Id
    care_provider: Id | None = None


class AssignBody(_StepBody):
    """Let ``person`` hold the assignment, admin assignment or system role from the date on."""

    do: Literal["assign"]
    entry: Id
    person: Id
    until: Instant | None = None


class UnassignBody(_StepBody):
    do: Literal["unassign"]
    entry: Id
    person: Id


StepBody = Annotated[
    CreateBody | ChangeBody | EndBody | MoveBody | AssignBody | UnassignBody, Field(discriminator="do")
]


class PlannedChangeBody(Body):
    """``due`` is an instant to come, or a date for its start in Stockholm."""

    due: str = Field(max_length=40)
    steps: list[StepBody] = Field(min_length=1, max_length=MOST_STEPS)


class Settling(Body):
    """Why it is cancelled or tried again."""


_NAMING = frozenset({"member", "parent", "care_provider", "unit", "manager", "responsible", "owner"})
"""The attributes that hold another entry's id."""
NewId = Callable[[Entry], HsaId]
"""The id of an entry that is to be created."""


def read_steps(body: PlannedChangeBody, audience: Audience, directory: Directory, new_id: NewId | None) -> list[Step]:
    """The steps over what is expected at their date, which ``audience`` sees.

    Without ``new_id`` created entries get ids that nobody ever has, to try the change. Raises ``InvalidValue`` and
    ``RequestValidationError`` with the field's pointer, and ``EntryUnknown`` for what is not there for the caller.
    """
    reader = _Reader(audience, directory, new_id)
    for number, step in enumerate(body.steps):
        with _pointing(number, step):
            reader.read(step)
    for hsa_id in names_of(tuple(reader.steps)):
        found = audience.snapshot.entry(hsa_id)
        if found is None or not audience.sees(found):
            raise EntryUnknown(f"there is no `{hsa_id}`")
    return reader.steps


def numbers_in(body: PlannedChangeBody) -> Iterator[PersonalIdentityNumber]:
    """The personal numbers of people that are created, still in clear: to be sealed at once."""
    for number, step in enumerate(body.steps):
        if isinstance(step, CreateBody) and step.set.get("personal_number") is not None:
            with _pointing(number, step):
                yield _number(_form(NEW[KINDS[step.kind]], step.set))


class _Reader:
    """Step by step: each sees what those before it have made."""

    def __init__(self, audience: Audience, directory: Directory, new_id: NewId | None) -> None:
        self._audience, self._directory, self._new_id = audience, directory, new_id
        self._made: dict[HsaId, Entry] = {}
        self._called: dict[str, HsaId] = {}
        self._created = 0
        self.steps: list[Step] = []

    def read(self, step: StepBody) -> None:
        match step:
            case CreateBody():
                self.steps.append(self._create(step))
            case ChangeBody():
                self.steps.append(self._change(step))
            case EndBody():
                self.steps.append(End(self._id(step.entry, "entry")))
            case MoveBody():
                kept = None if step.care_provider is None else self._id(step.care_provider, "care_provider")
                moving, to = self._id(step.entry, "entry"), self._id(step.to, "to")
                self.steps.append(Move(moving, to, care_provider=kept))
            case AssignBody():
                held, person = self._id(step.entry, "entry"), self._id(step.person, "person")
                self.steps.append(Assign(held, person, step.until))
            case UnassignBody():
                self.steps.append(Unassign(self._id(step.entry, "entry"), self._id(step.person, "person")))

    def _create(self, step: CreateBody) -> Create:
        kind = KINDS[step.kind]
        body = _form(NEW[kind], self._resolved(step.set))
        values = completed(kind, values_in(kind, body), self._seen)
        draft = kind(hsa_id=id_with(kind, values, NOT_YET), **values)
        if isinstance(draft, Person) and getattr(body, "personal_number", None) is not None:
            draft = replace(draft, number_lookup=self._directory.number_lookup(_number(body)))
        made = trial_id(draft.hsa_id, self._created) if self._new_id is None else self._new_id(draft)
        entry = replace(draft, hsa_id=made)
        self._created += 1
        self._made[entry.hsa_id] = entry
        if step.called is not None:
            if step.called in self._called:
                raise InvalidValue(f"two steps create `{step.called}`", pointer="/as")
            self._called[step.called] = entry.hsa_id
        return Create(entry)

    def _change(self, step: ChangeBody) -> Amend:
        hsa_id = self._id(step.entry, "entry")
        found = self._seen(hsa_id)
        if found is None:
            raise EntryUnknown(f"there is no `{hsa_id}`")
        body = _form(CHANGED[type(found)], self._resolved(step.set))
        values = values_in(type(found), body)
        return Amend(hsa_id, tuple(sorted(values.items())))

    def _seen(self, hsa_id: HsaId) -> Entry | None:
        """What is there for the caller, or made by an earlier step: of anything else not even the kind may be told."""
        return self._made.get(hsa_id) or self._audience.seen(hsa_id)

    def _id(self, text: str, name: str) -> HsaId:
        if not text.startswith("@"):
            return id_at(text, name)
        called = self._called.get(text[1:])
        if called is None:
            raise InvalidValue(f"no step before this one creates `{text[1:]}`", pointer=f"/{name}")
        return called

    def _resolved(self, given: Attributes) -> Attributes:
        return {
            name: str(self._id(value, f"set/{name}")) if name in _NAMING and str(value).startswith("@") else value
            for name, value in given.items()
        }


def _form(form: type[Body], given: Attributes) -> Body:
    if "reason" in given:
        raise InvalidValue("the change has one reason for all its steps", pointer="/set/reason")
    return form.model_validate({**given, "reason": "-"})


def _number(body: Body) -> PersonalIdentityNumber:
    number = getattr(body, "personal_number", None)
    assert isinstance(number, NumberBody), "asked only where there is one"
    return number.parsed()


_OWN = frozenset({"entry", "to", "person", "as", "set"})
"""What stands in a step itself; anything else is an attribute, but for the care provider that a move keeps."""


@contextmanager
def _pointing(number: int, step: StepBody) -> Iterator[None]:
    """What is wrong in a step is told with the step's place in the body."""
    at, own = f"/steps/{number}", _OWN | ({"care_provider"} if isinstance(step, MoveBody) else set())
    try:
        yield
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**found, "loc": ("body", "steps", number, "set", *found["loc"])} for found in errors]
        ) from None
    except InvalidValue as refusal:
        (pointer, description), *others = (
            (f"{at}{inner}" if inner.removeprefix("/").split("/")[0] in own else f"{at}/set{inner}", said)
            for inner, said in refusal.errors() or (("", refusal.description),)
        )
        raise InvalidValue(description, pointer=pointer, others=tuple(others)) from None
