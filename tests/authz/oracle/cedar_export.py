"""Questions and facts as Cedar has them: one entity a record, one request a question.

A third reading of the rules for reading, writing, signing and printing patient information and for tasks by own
licence or delegation: ``cedar/policies.cedar`` says them, Cedar's own evaluator (cedarpy) answers, and nothing of
``authz.core`` is borrowed but the shapes of questions and facts. Which records count, for whom, when, and what follows
from it, Cedar decides. What it cannot say is worked out here beforehand, and therefore not checked by it:

- an instant is a whole number of microseconds (Cedar's own are milliseconds), a period without beginning or end has one
  beyond all times, a day is a number such as 20230101, and ``today`` is the day in Stockholm;
- ``year``: what Stockholm's clock shows when a delegation ends and one year after it began, and the first instant at
  which it shows the latter; Cedar compares them;
- an HSA-id is given in the form in which ids are compared, without case;
- an emergency's reason is given without white space around it, since Cedar has no word for that;
- ``anywhere``: the rights once more without their scope, since a set has no wildcards;
- an unspecified type is called so, which no right and no block names; a reader who is not in the directory is one who
  is not active;
- each kind's records are numbered (``consent1``, ``consent2`` …), since Cedar knows no *some* (``cedar_text``).

Left out are the citizen's own record, discharge messages, applications and the directory, and every question in whose
facts something is ``UNKNOWN``: Cedar knows no third value, and permits where a forbidding policy fails on what is
missing. That is why it is not our engine.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import cedarpy

from authz.core.facts import AssignmentInUse, Delegation, Delegator, Facts
from authz.core.request import Action, Employee, Information, Request, Task
from authz.core.unknown import UNKNOWN
from tests.authz.oracle import cedar_text
from tests.authz.oracle.plainly import STOCKHOLM, today
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import Period

Asked = tuple[Request, Facts]
Json = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BEFORE_ALL, _AFTER_ALL = -(10**18), 10**18
_ACTIONS = (Action.READ, Action.PRINT, Action.WRITE, Action.SIGN, Action.PERFORM)


class CedarFailed(Exception):
    """A policy could not be evaluated, so that what Cedar answered is worth nothing."""


def can_say(request: Request, facts: Facts) -> bool:
    """Whether Cedar can be asked: of this kind, and everything known."""
    kind = isinstance(request.subject, Employee) and isinstance(request.resource, Information | Task)
    return kind and request.action in _ACTIONS and not _has_unknown(facts)


def _has_unknown(facts: Facts) -> bool:
    givers = [one.delegator for one in facts.delegations] if facts.delegations is not UNKNOWN else []
    records = (facts, facts.reader, facts.patient, *givers)
    return any(
        value is UNKNOWN or (is_dataclass(value) and any(getattr(value, one.name) is UNKNOWN for one in fields(value)))
        for value in records
    )


@dataclass(frozen=True, slots=True)
class CedarAnswer:
    """``policies`` are those that decided, by their ``@id``: the ones that forbid, or else the ones that permit."""

    permit: bool
    policies: frozenset[str]


def answers(asked: Sequence[Asked], policies: cedarpy.PolicySet | None = None) -> list[CedarAnswer]:
    """What Cedar says. Raises ``CedarFailed`` when a policy failed: such an answer would not be one."""
    requests, entities = exported(asked)
    found = cedarpy.is_authorized_batch(requests, policies or prepared(), preloaded(entities))
    for answer in found:
        if answer.diagnostics.errors:
            raise CedarFailed(answer.diagnostics.errors[0])
    return [
        CedarAnswer(answer.allowed, frozenset(answer.diagnostics.id_annotations_by_reason.values())) for answer in found
    ]


def preloaded(entities: list[Json]) -> cedarpy.Entities:
    """Held to the schema, of which Cedar also takes which action belongs to which."""
    return cedarpy.Entities.from_json_str(json.dumps(entities), _schema())


@cache
def _schema() -> cedarpy.Schema:
    return cedarpy.Schema.from_str(cedar_text.schema())


@cache
def prepared() -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_str(cedar_text.policies())


def exported(asked: Iterable[Asked]) -> tuple[list[Json], list[Json]]:
    """Requests, and the entities of all of them. A context is text, as Cedar wants it in the end."""
    requests: list[Json] = []
    export = _Export()
    for number, (request, facts) in enumerate(asked):
        requests.append(export.question(str(number), request, facts))
    return requests, export.entities


class _Export:
    """Collects the entities of one question after another, each under the question's name."""

    def __init__(self) -> None:
        self.entities: list[Json] = []

    def question(self, name: str, request: Request, facts: Facts) -> Json:
        self._name = name
        policy, subject = facts.policy, request.subject
        assert isinstance(subject, Employee), "no other is exported"
        readings = self._entity(
            "Readings", "readings",
            longest_lift=policy.longest_lift // _MICROSECOND,
            reasons_that_lift_outer=_texts(policy.reasons_that_lift_outer),
            social_care_purposes=_texts(policy.social_care_purposes),
            **{f"lowest_in_{zone}": int(policy.lowest_level[zone]) for zone in NetworkZone},
        )  # fmt: skip
        context = _given(
            now=_instant(facts.now), today=_day(today(facts.now)), zone=request.zone.value,
            assurance=int(request.assurance), capacity=_text(subject.capacity), purpose=_text(request.purpose),
            readings=readings,
        )  # fmt: skip
        return {
            "principal": self._reader(subject, facts)["__entity"],
            "action": {"type": "Action", "id": request.action.value},
            "resource": self._resource(request, facts)["__entity"],
            "context": json.dumps(context),
        }

    def _entity(self, kind: str, place: str, /, **attributes: Any) -> Json:
        uid = {"type": kind, "id": f"{self._name}/{place}"}
        self.entities.append({"uid": uid, "attrs": _given(**attributes), "parents": []})
        return {"__entity": uid}

    def _numbered(self, word: str, kind: str, records: Iterable[Json], owner: str = "") -> Json:
        """``word1``, ``word2`` … each an entity."""
        found = {}
        for number, attributes in enumerate(records, start=1):
            if number > cedar_text.AT_MOST[word]:
                raise CedarFailed(f"the policies are not written out for so many of `{word}`")
            found[f"{word}{number}"] = self._entity(kind, f"{owner}{word}{number}", **attributes)
        return found

    def _reader(self, subject: Employee, facts: Facts) -> Json:
        reader = facts.reader
        work = None if subject.assignment is None else facts.assignment
        held: Json = {"rights": [], "anywhere": []}
        if isinstance(work, AssignmentInUse):
            held = _work(work)
            held["assignment"] = {"start": held.pop("start"), "end": held.pop("end")}
        if reader is None:
            return self._entity("Reader", "reader", person="", active=False, licences=[], restrictions=[], **held)
        return self._entity(
            "Reader", "reader", person=reader.id.key, active=reader.active, licences=_texts(reader.licences),
            restrictions=_texts(reader.restrictions), **held,
        )  # fmt: skip

    def _resource(self, request: Request, facts: Facts) -> Json:
        asked = request.resource
        both = {
            "patient": request.patient,
            **self._task(facts),
            **self._numbered(
                "relationship", "CareRelationship",
                ({"patient": one.patient, "person": one.person.key, "unit": one.unit.key, **_period(one.period)}
                 for one in facts.care_relationships),
            ),
            **self._numbered(
                "move", "ResponsibilityMove",
                ({"patient": one.patient, "unit": one.from_unit.key, "professions": _texts(one.professions),
                  "at": _instant(one.at)} for one in facts.responsibility_moves),
            ),
            **self._numbered(
                "delegation", "Delegation", (self._delegation(*one) for one in enumerate(facts.delegations))
            ),
        }  # fmt: skip
        if isinstance(asked, Task):
            return self._entity("Task", "asked", code=asked.code, **both)
        assert isinstance(asked, Information), "no other is exported"
        place, who = facts.information, facts.patient
        return self._entity(
            "Information", "asked",
            **both,
            type=asked.information_type or "unspecified",
            unit=_key(asked.unit), provider=_key(asked.provider), first=_day(asked.first), last=_day(asked.last),
            investigation=asked.investigation,
            for_task=asked.task,
            place=None if place is None else _given(
                unit=place.unit.key, provider=_key(place.unit_provider), capacity=_text(place.capacity)
            ),
            who=None if who is None else {"patient": who.key, "child": who.child},
            **self._registers(facts),
        )  # fmt: skip

    def _registers(self, facts: Facts) -> Json:
        """What only questions about information read."""
        return {
            **self._numbered(
                "recipient", "ServiceRecipient",
                ({"patient": one.patient, "provider": one.provider.key, **_period(one.period)}
                 for one in facts.service_recipients),
            ),
            **self._numbered(
                "consent", "Consent",
                ({"patient": one.patient, "unit": one.unit.key, "person": _key(one.person), "ground": one.ground.value,
                  "ended": _instant(one.ended_at), "annulled": one.annulled, **_period(one.period)}
                 for one in facts.consents),
            ),
            **self._numbered(
                "block", "Block",
                ({"number": one.id, "patient": one.patient, "provider": one.provider.key, "unit": _key(one.unit),
                  "first": _day(one.first), "last": _day(one.last), "excepted": _texts(one.excepted),
                  **_period(one.period)} for one in facts.blocks),
            ),
            **self._numbered(
                "lift", "Lift",
                ({"block": one.block, "unit": one.unit.key, "person": _key(one.person), "reason": one.reason.value,
                  **_period(one.period)} for one in facts.lifts),
            ),
            **self._numbered(
                "emergency", "Emergency",
                ({"patient": one.patient, "person": one.person.key, "unit": one.unit.key, "reason": one.reason.strip(),
                  "start": _period(one.period)["start"], "until": _instant(one.period.end)}
                 for one in facts.emergencies),
            ),
            **self._numbered(
                "discharge", "DischargeCase",
                ({"patient": one.patient, "state": one.state.value, "plan_consent": one.plan_consent}
                 for one in facts.discharge_cases),
            ),
        }  # fmt: skip

    def _task(self, facts: Facts) -> Json:
        task = facts.task
        if task is None:
            return {}
        entry = self._entity(
            "CatalogueTask", "task",
            code=task.code, delegable=task.delegable, licences=_texts(task.required_licences),
            signing_level=int(task.signing_level),
            **{f"sight{number}": kind for number, kind in enumerate(sorted(task.gives_sight_of), start=1)},
        )  # fmt: skip
        return {"task": entry}

    def _delegation(self, number: int, one: Delegation) -> Json:
        giver, start, end = one.delegator, one.period.start, one.period.end
        assert isinstance(giver, Delegator), "a question with an unknown delegator is not exported"
        owner = f"delegation{number}/"
        held = self._numbered("held", "Assignment", map(_work, giver.assignments), owner)
        return {
            "delegator": self._entity(
                "Delegator", f"{owner}delegator",
                active=giver.active, licences=_texts(giver.licences), restrictions=_texts(giver.restrictions), **held,
            ),
            "recipient": one.recipient.key, "task": one.task, "patients": _texts(one.patients),
            "units": sorted(unit.key for unit in one.units), **_period(one.period),
            "year": None if start is None or end is None else _year(start, end),
            "accepted": one.accepted, "vetoed": one.vetoed, "spent": one.spent, "revoked": _instant(one.revoked_at),
            "agreed": one.receiving_member_agreed,
        }  # fmt: skip


# Values


def _work(held: AssignmentInUse) -> Json:
    rights = [
        {
            "activity": right.activity.value,
            "type": right.information_type,
            "scope": right.scope.key if isinstance(right.scope, HsaId) else right.scope.value,
        }
        for right in held.rights
    ]
    return {
        "unit": _key(held.unit), "provider": _key(held.provider), "capacity": _text(held.capacity),
        "purpose": _text(held.purpose), **_period(held.period),
        "rights": rights,
        "anywhere": [{"activity": right["activity"], "type": right["type"]} for right in rights],
    }  # fmt: skip


def _year(start: datetime, end: datetime) -> Json:
    begun = start.astimezone(STOCKHOLM).replace(tzinfo=None)
    last_day = begun.day if (begun.month, begun.day) != (2, 29) else 28
    over = begun.replace(year=begun.year + 1, day=last_day, fold=0)
    return {
        "end_clock": _instant(end.astimezone(STOCKHOLM).replace(tzinfo=UTC)),
        "last_clock": _instant(over.replace(tzinfo=UTC)),
        "last": _instant(over.replace(tzinfo=STOCKHOLM)),
    }


def _given(**attributes: Any) -> Json:
    """Without those that there are none of: an attribute that is missing is missing in Cedar, too."""
    return {name: value for name, value in attributes.items() if value is not None}


def _period(period: Period) -> Json:
    start, end = _instant(period.start), _instant(period.end)
    return {"start": _BEFORE_ALL if start is None else start, "end": _AFTER_ALL if end is None else end}


def _instant(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - _EPOCH) // _MICROSECOND


def _day(day: date | None) -> int | None:
    return None if day is None else day.year * 10_000 + day.month * 100 + day.day


def _texts(values: Any) -> list[str]:
    return sorted(str(value) for value in values)


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def _key(hsa_id: HsaId | None) -> str | None:
    return None if hsa_id is None else hsa_id.key
