"""Policy packs decide by the same three laws as the law itself, whatever is in them and whatever is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz.actions.packs.read_pack import read_pack
from authz.core.decision import Decision, Obligation
from authz.core.facts import AssignmentInUse, Reader
from authz.core.next_steps import next_steps
from authz.core.packs.asking import Told, decide_asked, fault_of
from authz.core.packs.deciding import PackPolicy
from authz.core.packs.pack import Asked, Pack
from authz.core.packs.searching import Sought, permitted
from authz.core.unknown import UNKNOWN
from tests.authz.packs import document
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import Period

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PERSON, UNIT = HsaId.parse("SE2321000230-P1001"), HsaId.parse("SE2321000230-E1041")
HELD = HsaId.parse("SE2321000230-M1001")
BECAUSE = {"sv": "så är det", "en": "so it is"}
TYPES: dict[str, Any] = {
    "pack": "planering",
    "subjects": {
        "user": {"attributes": {"team": "text", "grade": {"kind": "number", "stated": True}, "tags": "texts"}},
        "employee": None,
    },
    "resources": {
        "plan": {
            "actions": ["read", "write"],
            "attributes": {
                "team": "text",
                "open": {"kind": "flag", "stated": True},
                "owner": {"kind": "text", "stated": True},
                "weight": {"kind": "number", "stated": True},
                "labels": {"kind": "texts", "stated": True},
            },
        }
    },
    "context": {"internal": "flag"},
    "roles": {
        "reader": {"when": [{"subject": "user", "if": {"at_least": [{"attr": "subject.grade"}, 3]}}]},
        "writer": {"includes": ["reader"], "system_roles": ["planering;skriver"], "assignments": [str(HELD)]},
    },
    "entities": {
        "subjects": [
            {"type": "user", "id": "u1", "attributes": {"team": "a", "tags": ["x"]}, "roles": ["writer"]},
            {"type": "user", "id": "u2", "attributes": {"team": "b"}},
        ],
        "resources": [{"type": "plan", "id": "p1", "attributes": {"team": "a"}}, {"type": "plan", "id": "p2"}],
    },
}

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first draw makes the strategies, which takes a second on a busy machine."""
CONDITIONS = st.recursive(
    st.sampled_from(
        [
            {"role": "reader"},
            {"role": "writer"},
            {"has": "resource.owner"},
            {"has": "resource.team"},
            {"eq": [{"attr": "resource.owner"}, {"attr": "subject.id"}]},
            {"eq": [{"attr": "resource.team"}, "a"]},
            {"eq": [{"attr": "resource.open"}, True]},
            {"eq": [{"attr": "context.internal"}, False]},
            {"eq": [{"attr": "context.network_zone"}, "sjunet"]},
            {"in": [{"attr": "resource.owner"}, ["u1", "u2"]]},
            {"contains": [{"attr": "resource.labels"}, "secret"]},
            {"less": [{"attr": "resource.weight"}, 5]},
            {"more": [{"attr": "resource.weight"}, 5]},
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
RULES = st.lists(
    st.fixed_dictionaries(
        {"effect": st.sampled_from(["permit", "forbid"]), "because": st.just(BECAUSE)},
        optional={"when": CONDITIONS, "actions": st.sampled_from([["read"], ["write"]]), "subjects": st.just(["user"])},
    ),
    min_size=1,
    max_size=6,
).map(lambda rules: [{"id": f"r{number}", **rule} for number, rule in enumerate(rules)])
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.sampled_from(["u1", "u2", "a", "e\N{COMBINING ACUTE ACCENT}", "", "x" * 400]),
    st.floats(),
    st.lists(st.sampled_from(["secret", "x", 1, None]), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
ASKED = st.builds(
    Asked,
    st.sampled_from(["user", "user", "user", "employee", "nobody"]),
    st.sampled_from(["u1", "u2", "u3"]),
    st.sampled_from(["read", "write", "fly"]),
    st.sampled_from(["plan", "plan", "plan", "task"]),
    st.sampled_from(["p1", "p2", "p3", "p\N{ZERO WIDTH SPACE}1"]),
    st.dictionaries(st.sampled_from(["grade", "team", "roles"]), ANYTHING),
    st.dictionaries(st.sampled_from(["open", "owner", "weight", "labels", "team"]), ANYTHING),
    st.dictionaries(st.sampled_from(["internal", "network_zone"]), ANYTHING),
)
TOLD = st.sampled_from(
    [
        Told(NOW),
        Told(NOW, NetworkZone.SJUNET, AssuranceLevel.LOA3, PERSON, Reader(PERSON, None)),
        Told(NOW, level=AssuranceLevel.LOA2, person=PERSON, reader=UNKNOWN, assignment=UNKNOWN),
    ]
)


def policy_of(rules: list[dict[str, Any]], **changed: Any) -> PackPolicy:
    return PackPolicy.of(read_pack({**TYPES, "rules": rules, **changed}, 1))


def decided(policy: PackPolicy, asked: Asked, told: Told = Told(NOW)) -> Decision | str:
    """The decision, or why there are no rules for the question. An employee that nobody told of is somebody's."""
    if asked.subject_type == "employee" and told.person is None:
        told = replace(told, person=PERSON)
    return fault_of(policy.pack, asked) or decide_asked(policy, asked, told)


def permits(answer: Decision | str) -> bool:
    return not isinstance(answer, str) and answer.permit


def plan(**properties: Any) -> Asked:
    return Asked("user", "u1", "read", "plan", "p1", resource_properties=properties)


def employee_asks() -> Asked:
    return Asked("employee", PERSON.key, "write", "plan", "p1")


@QUIET
@given(RULES, ASKED, TOLD)
def test_no_pack_and_no_question_make_it_raise(rules: list[dict[str, Any]], asked: Asked, told: Told) -> None:
    answer = decided(policy_of(rules), asked, told)

    if not isinstance(answer, str):
        assert "a rule failed" not in answer.reason_admin
        assert answer.permit or (answer.reason_user.text and answer.obligations == ())


@QUIET
@given(RULES, ASKED, TOLD, st.randoms())
def test_the_order_of_rules_changes_nothing(rules: list[dict[str, Any]], asked: Asked, told: Told, chance: Any) -> None:
    straight = decided(policy_of(rules), asked, told)
    turned_rules = list(rules)
    chance.shuffle(turned_rules)
    turned = decided(policy_of(turned_rules), asked, told)

    assert isinstance(straight, str) == isinstance(turned, str)
    if not isinstance(straight, str) and not isinstance(turned, str):
        assert (straight.permit, straight.rule, straight.obligations) == (
            turned.permit,
            turned.rule,
            turned.obligations,
        )


@QUIET
@given(RULES, CONDITIONS, ASKED, TOLD)
def test_one_more_forbidding_rule_never_opens(
    rules: list[dict[str, Any]], condition: Any, asked: Asked, told: Told
) -> None:
    more = [*rules, {"id": "more", "effect": "forbid", "when": condition, "because": BECAUSE}]

    assert permits(decided(policy_of(rules), asked, told)) or not permits(decided(policy_of(more), asked, told))


@QUIET
@given(RULES, ASKED, TOLD, st.sampled_from(["open", "owner", "weight", "labels"]))
def test_what_becomes_unreadable_never_opens(rules: list[dict[str, Any]], asked: Asked, told: Told, name: str) -> None:
    """A value of the wrong kind is not the same as none: whatever would follow from either, nothing may be opened that
    was closed to both."""
    doubtful = replace(asked, resource_properties={**asked.resource_properties, name: {"no": "value"}})
    possible = ({}, {"open": True}, {"open": False}, {"owner": "u1"}, {"owner": "z"}, {"weight": 1}, {"weight": 9})
    readable = [
        replace(asked, resource_properties={**{k: v for k, v in asked.resource_properties.items() if k != name}, **one})
        for one in (*possible, {"labels": ["secret"]}, {"labels": []}, {"weight": 5})
        if not one or name in one
    ]

    if permits(decided(policy_of(rules), doubtful, told)):
        assert all(permits(decided(policy_of(rules), one, told)) for one in readable)


@QUIET
@given(RULES, ASKED, TOLD)
def test_only_what_a_pack_trusts_its_application_to_state_counts(
    rules: list[dict[str, Any]], asked: Asked, told: Told
) -> None:
    plain = replace(
        asked,
        subject_properties={k: v for k, v in asked.subject_properties.items() if k == "grade"},
        resource_properties={k: v for k, v in asked.resource_properties.items() if k != "team"},
        context={k: v for k, v in asked.context.items() if k == "internal"},
    )

    before, after = decided(policy_of(rules), asked, told), decided(policy_of(rules), plain, told)

    assert permits(before) == permits(after)


def test_a_forbidding_rule_that_cannot_be_told_denies() -> None:
    rules = [
        {"id": "all", "effect": "permit", "because": BECAUSE},
        {"id": "no", "effect": "forbid", "when": {"eq": [{"attr": "resource.owner"}, "z"]}, "because": BECAUSE},
    ]

    unknown = decide_asked(policy_of(rules), plan(), Told(NOW))

    assert (unknown.permit, unknown.rule) == (False, "facts_unreadable")
    assert "`resource.owner` is missing or unreadable" in unknown.reason_admin
    assert decide_asked(policy_of(rules), plan(owner="u1"), Told(NOW)).permit


def test_a_text_that_only_looks_like_another_cannot_slip_past_a_rule() -> None:
    rules = [
        {"id": "all", "effect": "permit", "because": BECAUSE},
        {"id": "no", "effect": "forbid", "when": {"eq": [{"attr": "resource.owner"}, "rené"]}, "because": BECAUSE},
    ]

    for owner in ("rené", "rene\N{COMBINING ACUTE ACCENT}", "rené\N{ZERO WIDTH SPACE}"):
        assert not decide_asked(policy_of(rules), plan(owner=owner), Told(NOW)).permit


def test_the_answer_says_by_which_rule_of_which_version_and_why() -> None:
    permit = {"id": "all", "effect": "permit", "because": BECAUSE}
    forbid = {"id": "no", "effect": "forbid", "because": {"sv": "nej tack", "en": "no thanks"}}

    allowed, denied = (decide_asked(policy_of(rules), plan(), Told(NOW)) for rules in ([permit], [permit, forbid]))

    assert (allowed.rule, allowed.policy_version) == ("planering:all", "planering/1")
    assert allowed.reason_admin.startswith(
        "planering:all: so it is (policy pack planering/1 all; PackVersionRef planering v1"
    )
    assert (denied.rule, denied.reason_user.text, denied.reason_user.code) == ("planering:no", "nej tack", "no")
    assert next_steps(denied) == (), "only the application knows what would help"


def test_what_nobody_permits_is_denied_in_words_for_people() -> None:
    denied = decide_asked(
        policy_of([{"id": "w", "effect": "permit", "actions": ["write"], "because": BECAUSE}]), plan(), Told(NOW)
    )

    assert (denied.permit, denied.rule, denied.reason_user.code) == (False, "not_permitted", "not_permitted")


def test_obligations_bind_unless_they_surely_do_not() -> None:
    rules = [{"id": "all", "effect": "permit", "because": BECAUSE}]
    owed = [
        {"id": "always"},
        {"id": "heavy", "when": {"more": [{"attr": "resource.weight"}, 5]}},
        {"id": "writing", "actions": ["write"]},
    ]
    policy = policy_of(rules, obligations=owed)

    assert decide_asked(policy, plan(weight=9), Told(NOW)).obligations == (Obligation.LOG, "always", "heavy")
    assert decide_asked(policy, plan(weight=1), Told(NOW)).obligations == (Obligation.LOG, "always")
    assert decide_asked(policy, plan(weight="much"), Told(NOW)).obligations == (Obligation.LOG, "always", "heavy")


WRITERS = [{"id": "w", "effect": "permit", "when": {"role": "writer"}, "because": BECAUSE}]
READER = Reader(PERSON, None)
WITH_ROLE = replace(READER, system_roles=frozenset({"planering;skriver"}))
ASSIGNED = AssignmentInUse(HELD, UNIT, None, None, None, ())


@pytest.mark.parametrize(
    ("reader", "assignment", "rule"),
    [
        (WITH_ROLE, None, "planering:w"),
        (READER, ASSIGNED, "planering:w"),
        (READER, replace(ASSIGNED, period=Period(None, NOW)), "not_permitted"),
        (READER, replace(ASSIGNED, period=Period(NOW + timedelta(days=1), None)), "not_permitted"),
        (READER, None, "not_permitted"),
        (replace(READER, system_roles=frozenset({"annat;skriver"})), None, "not_permitted"),
        (replace(WITH_ROLE, active=False), ASSIGNED, "not_active"),
        (None, ASSIGNED, "not_active"),
        (UNKNOWN, None, "facts_unreadable"),
        (WITH_ROLE, UNKNOWN, "facts_unreadable"),
    ],
)
def test_employees_have_roles_by_the_directory_and_their_assignments(reader: Any, assignment: Any, rule: str) -> None:
    told = Told(NOW, level=AssuranceLevel.LOA3, person=PERSON, reader=reader, assignment=assignment)

    assert decide_asked(policy_of(WRITERS), employee_asks(), told).rule == rule


def test_the_answer_ends_when_the_assignment_does() -> None:
    until = replace(ASSIGNED, period=Period(None, NOW + timedelta(hours=1)))
    told = Told(NOW, level=AssuranceLevel.LOA3, person=PERSON, reader=READER, assignment=until)

    assert decide_asked(policy_of(WRITERS), employee_asks(), told).valid_until == NOW + timedelta(hours=1)


def test_a_role_by_condition_is_doubtful_when_the_condition_is() -> None:
    rules = [{"id": "r", "effect": "permit", "when": {"role": "reader"}, "because": BECAUSE}]
    asked = Asked("user", "u2", "read", "plan", "p1", {"grade": "high"})

    assert decide_asked(policy_of(rules), asked, Told(NOW)).rule == "facts_unreadable"
    assert decide_asked(policy_of(rules), replace(asked, subject_properties={"grade": 3}), Told(NOW)).permit
    assert not decide_asked(policy_of(rules), replace(asked, subject_properties={"grade": 2}), Told(NOW)).permit


def test_what_the_house_tells_of_an_employee_can_be_asked_for() -> None:
    at_unit = {"all": [{"eq": [{"attr": "subject.unit"}, UNIT.key]}, {"at_least": [{"attr": "subject.level"}, 3]}]}
    policy = policy_of([{"id": "u", "effect": "permit", "subjects": ["employee"], "when": at_unit, "because": BECAUSE}])
    told = Told(NOW, level=AssuranceLevel.LOA3, person=PERSON, reader=READER, assignment=ASSIGNED)

    assert decide_asked(policy, employee_asks(), told).permit
    assert not decide_asked(policy, employee_asks(), replace(told, level=AssuranceLevel.LOA2)).permit
    assert not decide_asked(policy, employee_asks(), replace(told, assignment=None)).permit


@pytest.mark.parametrize("scenario", ["records", "todo", "gateway"])
def test_a_search_finds_whom_the_published_tables_name(scenario: str) -> None:
    policy, form = PackPolicy.of(read_pack(document(scenario), 1)), "{}" if scenario == "records" else "id-of-{}"
    of_type = next(iter(policy.pack.subjects))
    known = {subject for _, subject in policy.pack.known_subjects}
    for row in document("who_may")[scenario]["rows"]:
        owner = {"ownerID": row["owner"]} if "owner" in row else {}
        asked = Asked(of_type, "", row["action"], row["resource"], row["id"], resource_properties=owner)

        found = [one.subject_id for one in permitted(policy, asked, Sought.SUBJECT, Told(NOW))]

        assert found == sorted({form.format(person) for person in row["may"]} & known)


def test_a_search_for_records_and_actions_equals_single_questions() -> None:
    policy, rows = PackPolicy.of(read_pack(document("records"), 1)), document("who_may")["records"]["rows"]
    for person in document("who_may")["records"]["everybody"]:
        may = {(row["id"], row["action"]) for row in rows if person in row["may"]}
        for action in ("view", "edit", "delete", "fly"):
            asked = Asked("user", person, action, "record", "")
            found = [one.resource_id for one in permitted(policy, asked, Sought.RESOURCE, Told(NOW))]
            assert found == sorted(record for record, done in may if done == action)
        for record in sorted({row["id"] for row in rows}):
            asked = Asked("user", person, "", "record", record)
            found = [one.action for one in permitted(policy, asked, Sought.ACTION, Told(NOW))]
            assert found == sorted(action for one, action in may if one == record)
    assert list(permitted(policy, Asked("nobody", "x", "view", "thing", "y"), Sought.ACTION, Told(NOW))) == []


def test_packs_are_equal_by_content() -> None:
    one, other = (policy_of(WRITERS).pack for _ in range(2))

    assert isinstance(one, Pack) and one == other
