"""AuthZEN 1.0 requests read into questions: shapes, defaults of a batch, and the three semantics.

A wrong shape is refused (400). What is well formed but not known to us becomes a question with a ``fault``: denied.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from authz.actions.question import OwnQuestion, Question
from authz.actions.read_request import RESOURCE_TYPES
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.packs.pack import Asked
from authz.refusals import MalformedQuestion
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue

MAX_QUESTIONS: Final = 1_000
MAX_TEXT: Final = 1_000
MAX_TOKEN: Final = 16_384

SEMANTICS: Final[dict[str, bool | None]] = {
    "execute_all": None,
    "deny_on_first_deny": False,
    "permit_on_first_permit": True,
}
"""Which answer, if any, ends a batch early."""

Members = dict[str, Any]

_parse_hsa_id = lru_cache(maxsize=65_536)(HsaId.parse)
_parse_number = lru_cache(maxsize=16_384)(PersonalIdentityNumber.parse)


@dataclass(frozen=True, slots=True)
class Batch:
    """``items`` are read one by one, so that a batch that ends early reads no more than it answers.

    ``single`` is true when the answer has the shape of a single evaluation.
    """

    items: Iterator[Question | MalformedQuestion]
    until: bool | None
    single: bool


def read_evaluation(body: Members) -> Question:
    """One evaluation request (section 6.1). Raises ``MalformedQuestion``."""
    subject, action, resource = (body.get(name) for name in ("subject", "action", "resource"))
    return _Reader().question(subject, action, resource, body.get("context"))


def read_evaluations(body: Members) -> Batch:
    """A batch (section 7.1): top-level members are defaults, replaced whole by an item's own.

    Without ``evaluations``, or with none in it, it is a single evaluation. Raises ``MalformedQuestion`` for the whole
    only; a malformed item is its own error.
    """
    until = _semantic(body)
    items = body.get("evaluations")
    if items is None or items == []:
        return Batch(iter([read_evaluation(body)]), None, single=True)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise MalformedQuestion("`evaluations` is a list of objects")
    if len(items) > MAX_QUESTIONS:
        raise MalformedQuestion(f"a batch has at most {MAX_QUESTIONS} evaluations")
    return Batch(_each(body, items), until, single=False)


def _each(body: Members, items: list[Members]) -> Iterator[Question | MalformedQuestion]:
    reader = _Reader()
    defaults = {name: body.get(name) for name in ("subject", "action", "resource", "context")}
    for item in items:
        whole = {**defaults, **item}
        try:
            yield reader.question(whole["subject"], whole["action"], whole["resource"], whole["context"])
        except MalformedQuestion as fault:
            yield fault


def _semantic(body: Members) -> bool | None:
    options = body.get("options")
    if options is None:
        return None
    if not isinstance(options, dict):
        raise MalformedQuestion("`options` is an object")
    named = options.get("evaluations_semantic", "execute_all")
    if not isinstance(named, str) or named not in SEMANTICS:
        raise MalformedQuestion(f"`evaluations_semantic` is one of {', '.join(SEMANTICS)}")
    return SEMANTICS[named]


def read_sought(body: Members, sought: str) -> tuple[Question, str]:
    """A search's question (section 8): the ``sought`` entity has a type and no id, or a stated one that is ignored; a
    search for actions has none at all. With the type of its subject. Raises ``MalformedQuestion``."""
    subject, resource = _object(body.get("subject"), "subject"), body.get("resource")
    of_subject = _read_subject(subject, is_sought=sought == "subject")
    of_resource = _read_resource(resource, is_sought=sought == "resource")
    action = None if sought == "action" else _read_action(body.get("action"))
    members: Members = {**of_subject, **of_resource, **_read_context(body.get("context"))}
    members["fault"] = of_subject["fault"] or of_resource["fault"]
    if members.get("patient") is None and members.get("citizen") is not None:
        members["patient"] = members["citizen"]
    return Question(action=action or "", **members), subject["type"]


class _Reader:
    """Reads the four parts of questions; a part that many items of a batch share is read once."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Any, Members]] = {}

    def question(self, subject: Any, action: Any, resource: Any, context: Any) -> Question:
        of_subject = self._part(subject, _read_subject)
        of_resource = self._part(resource, _read_resource)
        of_context = self._part(context, _read_context)
        name = _read_action(action)
        if of_resource["resource_type"] not in RESOURCE_TYPES:
            return _own_question(subject, name, resource, context, of_subject | of_context)
        members: Members = {**of_subject, **of_resource, **of_context}
        members["fault"] = of_subject["fault"] or of_resource["fault"]
        if members.get("patient") is None and members.get("citizen") is not None:
            members["patient"] = members["citizen"]
        return Question(action=name, **members)

    def _part(self, part: Any, read: Callable[[Any], Members]) -> Members:
        kept = self._read.get(id(part))
        if kept is None or kept[0] is not part or part is None:
            kept = self._read[id(part)] = (part, read(part))
        return kept[1]


def _read_action(part: Any) -> str:
    name = _text(_object(part, "action"), "name", "action", need=True)
    _optional_object(part, "properties", "action")
    return name or ""


def _own_question(subject: Members, action: str, resource: Members, context: Members | None, read: Members) -> Question:
    """A question for the asking application's own policy pack; the shapes of its parts are checked by now."""
    asked = Asked(
        subject["type"],
        subject["id"],
        action,
        resource["type"],
        resource["id"],
        subject.get("properties") or {},
        resource.get("properties") or {},
        context or {},
    )
    return OwnQuestion(action=action, resource_type=resource["type"], resource_id=resource["id"], asked=asked, **read)


def _read_subject(part: Any, *, is_sought: bool = False) -> Members:
    subject = _object(part, "subject")
    kind = _text(subject, "type", "subject", need=True)
    name = None if is_sought else _text(subject, "id", "subject", need=True)
    properties = _optional_object(subject, "properties", "subject")
    if kind == "employee":
        read: Members = {"fault": None}
        _hsa_id(read, "person", name)
        _hsa_id(read, "assignment", _text(properties, "assignment", "subject.properties"))
        capacity = _text(properties, "capacity", "subject.properties")
        if capacity is not None:
            try:
                read["capacity"] = Capacity(capacity)
            except ValueError:
                read["fault"] = "incomplete_question"
        return read
    if kind == "patient" and is_sought:
        return {"fault": None}
    if kind == "patient":
        stated = properties.get("patient")
        return {"citizen": _number({"value": name} if stated is None else stated), "fault": None}
    return {"fault": "unknown_subject"}


def _read_resource(part: Any, *, is_sought: bool = False) -> Members:
    resource = _object(part, "resource")
    kind = _text(resource, "type", "resource", need=True)
    name = "" if is_sought else _text(resource, "id", "resource", need=True)
    properties = _optional_object(resource, "properties", "resource")
    read: Members = {"resource_type": kind, "resource_id": name, "fault": None}
    if kind not in RESOURCE_TYPES:
        return read
    stated = properties.get("patient")
    if stated is not None:
        read["patient"] = _number(stated)
    for source in properties:
        if source in _WORDS:
            read[_WORDS[source]] = _text(properties, source, "resource.properties")
        elif source in _PLACES:
            _hsa_id(read, source, _text(properties, source, "resource.properties"))
        elif source in _DAYS:
            day = _text(properties, source, "resource.properties")
            read[_DAYS[source]] = None if day is None else _day(day, source)
    investigation = properties.get("investigation")
    if investigation is not None:
        if not isinstance(investigation, bool):
            raise MalformedQuestion("`investigation` is true or false", pointer="/resource/properties/investigation")
        read["investigation"] = investigation
    if properties.get("to_units") is not None:
        read["to_units"] = _hsa_ids(read, properties["to_units"])
    if kind == _DIRECTORY_OBJECT:
        _read_directory_object(read, properties)
    return read


def _read_directory_object(read: Members, properties: Members) -> None:
    classes = properties.get("attribute_classes", [])
    if not isinstance(classes, list) or not all(isinstance(text, str) and len(text) <= MAX_TEXT for text in classes):
        raise MalformedQuestion(
            "`attribute_classes` is a list of texts", pointer="/resource/properties/attribute_classes"
        )
    read["attribute_classes"] = tuple(classes)
    read["entry_kind"] = read.pop("message_kind", None)
    if not _CLASSES.issuperset(classes) or read["entry_kind"] not in (None, *_KINDS):
        read["fault"] = "unknown_attribute_class"


_DIRECTORY_OBJECT: Final = "directory_object"
_CLASSES: Final = frozenset(found.value for found in AttributeClass)
_KINDS: Final = tuple(found.value for found in EntryKind)


_WORDS: Final = {"information_type": "information_type", "task": "task", "kind": "message_kind"}
_PLACES: Final = frozenset({"care_unit", "care_provider", "from_unit"})
_DAYS: Final = {"from": "first", "to": "last"}


def _read_context(part: Any) -> Members:
    if part is None:
        return {}
    context = _object(part, "context")
    read: Members = {
        "purpose": _text(context, "purpose", "context"),
        "at_least_revision": _text(context, "at_least_revision", "context"),
        "token": _text(context, "subject_token", "context", longest=MAX_TOKEN),
    }
    explain = context.get("explain")
    if explain is not None:
        if not isinstance(explain, bool):
            raise MalformedQuestion("`explain` is true or false", pointer="/context/explain")
        read["explain"] = explain
    zone = _text(context, "network_zone", "context")
    if zone is not None:
        # An unknown zone is an open one: it proves nothing about the network.
        read["zone"] = NetworkZone(zone) if zone in _ZONES else NetworkZone.OPEN
    return read


_ZONES = frozenset(zone.value for zone in NetworkZone)


def _object(part: Any, name: str) -> Members:
    if not isinstance(part, dict):
        raise MalformedQuestion(f"`{name}` is needed and is an object", pointer=f"/{name}")
    return part


def _optional_object(part: Members, name: str, where: str) -> Members:
    found = part.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise MalformedQuestion(f"`{where}.{name}` is an object", pointer=f"/{where}/{name}")
    return found


def _text(part: Members, name: str, where: str, *, need: bool = False, longest: int = MAX_TEXT) -> str | None:
    found = part.get(name)
    if found is None and not need:
        return None
    if not isinstance(found, str) or len(found) > longest or (need and not found):
        raise MalformedQuestion(f"`{where}.{name}` is a text", pointer=f"/{where.replace('.', '/')}/{name}")
    return found


def _hsa_id(read: Members, member: str, text: str | None) -> None:
    if text is None:
        return
    try:
        read[member] = _parse_hsa_id(text)
    except InvalidValue:
        read["fault"] = "incomplete_question"


def _hsa_ids(read: Members, found: Any) -> tuple[HsaId, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise MalformedQuestion("`to_units` is a list of texts", pointer="/resource/properties/to_units")
    made: Members = {}
    units = []
    for text in found:
        _hsa_id(made, "unit", text)
        if "fault" in made:
            read["fault"] = made["fault"]
            return ()
        units.append(made["unit"])
    return tuple(units)


def _number(stated: Any) -> PersonalIdentityNumber:
    """``{"kind", "value"}``. The message never repeats the number."""
    pointer = "/resource/properties/patient"
    if not isinstance(stated, dict) or not isinstance(stated.get("value"), str):
        raise MalformedQuestion("a patient is an object with `kind` and `value`", pointer=pointer)
    kind = stated.get("kind")
    if kind is not None and not isinstance(kind, str):
        raise MalformedQuestion("the kind of number is a text", pointer=pointer)
    try:
        return _parse_number(stated["value"], kind)
    except InvalidValue as fault:
        raise MalformedQuestion(fault.description, pointer=pointer) from None


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text) if len(text) == 10 else _refuse_day(name)
    except ValueError:
        return _refuse_day(name)


def _refuse_day(name: str) -> date:
    raise MalformedQuestion(f"`{name}` is a date (YYYY-MM-DD)", pointer=f"/resource/properties/{name}")
