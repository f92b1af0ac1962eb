"""``docs/rules.md``: every rule as a card, drawn from the code that decides, with decision cases as examples."""

from collections.abc import Iterator, Mapping

from authz.core.order import EVERY_ORDER
from authz.core.rule_cards import Card, Part, cards
from authz.edge.yaml_cases import load_cases
from authz.edge.yaml_cases.case_file import Case
from tests.authz.cases.parts import FOLDER, WORLD

PAGE = FOLDER.parents[2] / "docs" / "rules.md"
DOES = {
    Part.RESTRICTION: "forbids",
    Part.GROUND: "is a ground that permits",
    Part.REASON: "tells why no ground permitted",
}
HEAD = """# The rules, one by one

For jurists, and for whoever wants to know what a rule's name in an answer means. Drawn from the code that decides
(`authz/core/rules/`, one file a rule; a test draws this page and fails when it is not current), in the order in which
they are asked. *Forbids* beats *permits*, a restriction whose facts cannot be read forbids, and what nothing permits is
denied. The same at the command line: `./tillit policy rules`. How they play together is drawn in
`tests/authz/matrix.txt`; where the law leaves room, what we chose is in [divergences.md](divergences.md).
"""


def examples() -> Mapping[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem != "world":
            for case in load_cases(WORLD + path.read_text(encoding="utf-8")).cases:
                found.setdefault(case.then.rule, []).append(case)
    return found


def lines(card: Card, cases: list[Case]) -> Iterator[str]:
    rule = card.rule
    yield f"\n## {rule.title}\n"
    yield f"`{rule.name}` {' and '.join(DOES[part] for part in card.parts)}, at the gate *{card.gate}*.\n"
    yield f"{rule.says}\n"
    until = "" if rule.cites.in_force_until is None else f" until {rule.cites.in_force_until}"
    yield f"- **Law**: {rule.cites}, in force since {rule.cites.in_force_from}{until}"
    yield f"- **Asked about**: {', '.join(card.asked)}"
    for case in cases[:2]:
        yield f"- **Example** ({'permit' if case.then.permit else 'deny'}): {case.name}"


def draw() -> str:
    by_rule = examples()
    told = (line for card in cards() for line in lines(card, by_rule.get(card.rule.name, [])))
    return HEAD + "\n".join(told) + "\n"


def test_the_page_is_current() -> None:
    drawn = draw()
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""

    if drawn != before:
        PAGE.write_text(drawn, encoding="utf-8")

    assert drawn == before, "the page was redrawn: read its difference and run again"


def test_every_rule_has_a_card_with_a_title_of_its_own() -> None:
    named = {
        rule.name
        for gates in EVERY_ORDER
        for gate in gates
        for rule in (*gate.restrictions, *gate.grounds, *gate.otherwise)
    }
    titles = [card.rule.title for card in cards()]

    assert {card.rule.name for card in cards()} == named
    assert len(set(titles)) == len(titles) and all(titles)
