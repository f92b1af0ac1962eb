"""A policy pack's document is refused whole, with a pointer to each fault; hostile ones are bounded."""

from typing import Any

import pytest

from authz.actions.packs.read_document import written
from authz.actions.packs.read_pack import read_pack, space_of
from authz.actions.read_request import RESOURCE_TYPES
from authz.edge.yaml_cases.strict_yaml import load_strictly
from authz.refusals import InvalidPolicyPack
from tests.authz.packs import document
from vocabulary.refusals import InvalidValue

BECAUSE = {"sv": "så är det", "en": "so it is"}
CYRILLIC_O = "\N{CYRILLIC SMALL LETTER O}"


def rule(**changed: Any) -> dict[str, Any]:
    return {"id": "r", "effect": "permit", "because": BECAUSE} | changed


def deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"role": "editor"}
    for _ in range(levels):
        found = {"not": found}
    return found


def faults(**changed: Any) -> tuple[tuple[str, str], ...]:
    """What is wrong with the to-do list's pack when these members of it are changed."""
    with pytest.raises(InvalidPolicyPack) as refused:
        read_pack(document("todo", **changed), 1)
    return refused.value.errors()


def pointers(**changed: Any) -> set[str]:
    return {pointer for pointer, _ in faults(**changed)}


@pytest.mark.parametrize("name", ["todo", "gateway", "records"])
def test_the_examples_are_read(name: str) -> None:
    pack = read_pack(document(name), 3)

    assert (pack.space, pack.version) == (name, f"{name}/3")


@pytest.mark.parametrize("of_type", sorted(RESOURCE_TYPES))
def test_no_pack_has_a_resource_type_of_the_house(of_type: str) -> None:
    assert pointers(resources={of_type: {"actions": ["read"]}}) == {f"/resources/{of_type}"}


def test_no_pack_has_patients_as_subjects() -> None:
    assert pointers(subjects={"patient": None}) == {"/subjects/patient"}


def test_what_employees_are_the_house_tells() -> None:
    assert pointers(subjects={"employee": {"attributes": {"level": "number"}}}) == {"/subjects/employee/attributes"}


@pytest.mark.parametrize(
    "look_alike", [f"t{CYRILLIC_O}do", "todo\N{ZERO WIDTH SPACE}", "ｔodo", "to do", "todo\n", "", "1todo", "x" * 65]
)
def test_names_have_no_look_alikes(look_alike: str) -> None:
    assert len(pointers(resources={look_alike: {"actions": ["read"]}})) == 1
    assert pointers(rules=[rule(id=look_alike)]) == {"/rules/0/id"}


@pytest.mark.parametrize(
    "text",
    ["e\N{COMBINING ACUTE ACCENT}", "a\N{RIGHT-TO-LEFT OVERRIDE}b", "a\N{ZERO WIDTH JOINER}b", "\x00", "x" * 301],
)
def test_texts_look_like_what_they_are(text: str) -> None:
    hidden = rule(when={"eq": [{"attr": "subject.id"}, text]}, resources=["todo"])

    assert pointers(rules=[hidden]) == {"/rules/0/when/eq/1"}


@pytest.mark.parametrize("number", ["191212121212", "19121212-1212"])
def test_a_pack_holds_no_personal_numbers(number: str) -> None:
    assert pointers(rules=[rule(when={"in": [{"attr": "subject.id"}, [number]]})]) == {"/rules/0/when/in/1/0"}
    assert pointers(rules=[rule(when={"at_least": [191212121212, 1]})]) == {"/rules/0/when/at_least/0"}
    assert pointers(entities={"subjects": [{"type": "user", "id": number}]}, rules=[rule()]) == {
        "/entities/subjects/0/id"
    }


def test_ids_stand_once_whatever_their_case() -> None:
    assert faults(rules=[rule(id="same"), rule(id="SAME")]) == (("/rules", "this stands twice"),)
    assert pointers(roles={"editor": None, "Editor": None}) == {"/roles/Editor"}
    twice = [{"type": "user", "id": "a"}, {"type": "user", "id": "a"}]
    assert pointers(entities={"subjects": twice}, rules=[rule()]) == {"/entities/subjects/1"}


def test_roles_that_include_each_other_are_refused() -> None:
    circle = {"a": {"includes": ["b"]}, "b": {"includes": ["c"]}, "c": {"includes": ["a"]}, "editor": None}

    assert pointers(roles=circle) == {"/roles/a/includes"}
    assert pointers(roles={"a": {"includes": ["a"]}}) == {"/roles/a/includes"}


def test_what_gives_a_role_cannot_rest_on_a_role() -> None:
    assert pointers(roles={"a": {"when": [{"subject": "user", "if": {"role": "a"}}]}}) == {"/roles/a/when/0/if/role"}


def test_conditions_are_bounded_in_depth_and_size() -> None:
    wide = {"any": [{"role": "editor"}] * 250}

    assert pointers(rules=[rule(when=deep(8))]) == {"/rules/0/when" + "/not" * 8}
    assert len(pointers(rules=[rule(when=wide)])) == 1
    assert read_pack(document("todo", rules=[rule(when=deep(7))], cases=[]), 1).rules


@pytest.mark.parametrize(
    "condition",
    [
        {"matches": [{"attr": "subject.email"}, "(a+)+$"]},
        {"regex": "(a|a)*b"},
        {"call": "__import__"},
        {"eq": [{"attr": "subject.__class__"}, "x"]},
        {"eq": [{"attr": "facts.reader"}, "x"]},
        {"eq": [{"attr": "subject.email", "or": 1}, "x"]},
        {"eq": [{"attr": ["subject.email"]}, "x"]},
        {"eq": [1, "1"]},
        {"eq": [True, 1]},
        {"eq": [1.5, 1.5]},
        {"eq": [None, None]},
        {"less": ["a", "b"]},
        {"in": ["a", "b"]},
        {"contains": [["a"], ["b"]]},
        {"all": []},
        {"any": {}},
        {"not": None},
        {"role": "owner"},
        {"role": {"attr": "subject.email"}},
        {"has": "subject"},
        {"all": [], "any": []},
        {},
        [],
        "true",
        True,
    ],
)
def test_there_is_nothing_but_the_few_conditions(condition: Any) -> None:
    assert all(pointer.startswith("/rules/0/when") for pointer in pointers(rules=[rule(when=condition)]))


def test_an_attribute_stands_in_every_type_that_a_rule_is_about() -> None:
    for_both = rule(when={"has": "resource.ownerID"})

    assert pointers(rules=[for_both]) == {"/rules/0/when/has"}
    assert read_pack(document("todo", rules=[{**for_both, "resources": ["todo"]}], cases=[]), 1).rules


def test_every_fault_that_can_be_told_is_told_at_once() -> None:
    found = pointers(rules=[rule(effect="allow"), rule(id="ok"), rule(id="s", actions=["fly"])], cases=[{"name": "x"}])

    assert found == {"/rules/0/effect", "/rules/2/actions/0", "/cases/0/subject"}


def test_an_unknown_member_is_refused_rather_than_passed_over() -> None:
    assert pointers(rules=[rule(unless={"role": "admin"})]) == {"/rules/0/unless"}
    assert pointers(extends="other") == {"/extends"}


def test_a_stated_attribute_is_not_told_by_the_pack_as_well() -> None:
    owned = [{"type": "todo", "id": "t", "attributes": {"ownerID": "moa"}}]

    assert pointers(entities={"resources": owned}, rules=[rule()]) == {"/entities/resources/0/attributes/ownerID"}


@pytest.mark.parametrize("space", ["", "a/b", "../x", "x" * 65, f"t{CYRILLIC_O}do", 7, None, ["todo"]])
def test_a_pack_is_named_by_a_client_id(space: Any) -> None:
    with pytest.raises(InvalidPolicyPack) as refused:
        space_of({"pack": space})
    assert refused.value.pointer == "/pack"


@pytest.mark.parametrize("found", [None, [], "x", 1, {"pack": "todo"}, {1: 2}, {"pack": "todo", "rules": {}}])
def test_what_is_no_pack_at_all_is_refused(found: Any) -> None:
    with pytest.raises(InvalidPolicyPack):
        read_pack(found, 1)


def test_too_much_of_anything_is_refused() -> None:
    assert pointers(rules=[rule(id=f"r{number}") for number in range(501)]) == {"/rules"}
    assert pointers(subjects={f"s{number}": None for number in range(21)}) == {"/subjects"}
    users = [{"type": "user", "id": str(number)} for number in range(5_001)]
    assert pointers(entities={"subjects": users}, rules=[rule()]) == {"/entities/subjects"}


def test_all_conditions_together_are_bounded() -> None:
    wide = {"any": [{"role": "editor"}] * 190}

    assert pointers(rules=[rule(id=f"r{number}", when=wide) for number in range(60)]) == {
        f"/rules/{number}/when" for number in range(52, 60)
    }


def test_cases_state_nothing_deep() -> None:
    nested: Any = "x"
    for _ in range(500):
        nested = [nested]
    case = document("todo")["cases"][0] | {"context": {"a": nested}}

    assert pointers(cases=[case]) == {"/cases/0/context/a"}


def test_a_document_is_written_in_one_way_and_bounded() -> None:
    assert written({"b": 1, "a": "å"}) == '{"a":"å","b":1}'
    with pytest.raises(InvalidPolicyPack):
        written({"pack": "x" * 2_000_000})
    with pytest.raises(InvalidPolicyPack):
        written({"pack": float("nan")})
    with pytest.raises(InvalidPolicyPack):
        written({"pack": "\ud800"})


@pytest.mark.parametrize(
    "text", ["a: &x [*x]", "a: &x 1\nb: *x", "a: 1\na: 2", "!!python/object:os.system x", "<<: {}"]
)
def test_cycles_and_doubles_of_yaml_never_reach_the_reader(text: str) -> None:
    with pytest.raises(InvalidValue):
        load_strictly(text)


def test_the_order_of_rules_roles_and_obligations_is_no_part_of_a_pack() -> None:
    straight = document("todo")
    turned = document("todo", rules=straight["rules"][::-1], roles=dict(reversed(straight["roles"].items())))

    assert read_pack(straight, 1) == read_pack(turned, 1)
