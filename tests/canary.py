"""Somebody with protected personal data whose strings are found nowhere else, planted into the program of all tests.

INVARIANT (the canary is silent): no answer to anybody who may not see her holds any of her strings, whichever test asks
(``watched``); and none is in what the program logs or writes into its audit trail (``silent_files``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

REGION = "SE2321000230-HM01"
_SEES_HER: set[str] = set()
"""The Authorization headers of those who may: of the administrators' application, and of who administers the region."""


@dataclass(frozen=True, slots=True)
class Canary:
    """``assignment`` is one that she holds, beside others."""

    hsa_id: str
    assignment: str
    family_name: str = "Zqvintberg"
    telephone: str = "0971-93 93 71"
    personal_number: str = "189001029819"

    def is_in(self, content: bytes) -> bool:
        """Whether ``content`` holds anything of hers; letter case and the writing of numbers do not hide her."""
        text = content.decode("utf-8", "replace").casefold()
        digits = re.sub(r"[\s+\-]|%20|\\u002d", "", text)
        return (
            self.family_name.casefold() in text
            or self.hsa_id.casefold() in text
            or any(number in digits for number in ("971939371", self.personal_number, self.personal_number[2:]))
        )


def plant(send: Callable[[str, str, Any], httpx.Response], unit: str) -> Canary:
    """Everything of hers that can be written down: texts in each attribute, a number, work, a role, a video address, a
    past and a future. ``send`` calls as the administrators' application."""
    plain = Canary("", "")
    number = {"kind": "personnummer", "value": plain.personal_number}
    texts = dict.fromkeys(
        ("family_name", "middle_name", "nickname", "title", "position", "description"), plain.family_name
    )
    numbers = dict.fromkeys(("telephone", "mobile", "switchboard"), plain.telephone)
    person = _made(send, "people", {
        "member": REGION, "given_name": "Ada", "mail": f"{plain.family_name.lower()}@example.se", "protected": True,
        "personal_number": number, **texts, **numbers,
    })  # fmt: skip
    held = _made(send, "assignments", {
        "unit": unit, "name": "Vård och behandling, natt", "purpose": "Vård och behandling", "rights": ["Läsa;alla;VE"],
    })  # fmt: skip
    role = _made(send, "system-roles", {"member": REGION, "system": "svp", "role": "nattplanerare", "name": "Natt"})
    for path in (f"assignments/{held}", f"system-roles/{role}"):
        _done(send("POST", f"/api/v1/{path}/memberships", {"reason": "natt", "person": person}))
    _made(send, "video-endpoints", {
        "member": REGION, "name": "Jourrum 9", "owner": person, "sip_uri": "sip:jourrum9@video.example",
    })  # fmt: skip
    _done(send("PATCH", f"/api/v1/people/{person}", {"reason": "ny titel", "title": f"{plain.family_name} 2"}))
    steps = [{"do": "change", "entry": person, "set": {"title": f"{plain.family_name} 3"}}]
    _done(send("POST", "/api/v1/planned-changes", {"due": "2040-01-01", "reason": "senare", "steps": steps}))
    return Canary(person, held)


def may_see_her(header: str) -> None:
    _SEES_HER.add(header)


def watched(canary: Canary, answer: httpx.Response) -> None:
    """Raises when she is in an answer to anybody who may not see her, and did not name what is told herself. A stream
    has no end that could be waited for: whoever reads one looks for her."""
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        return
    if answer.request.headers.get("authorization", "") not in _SEES_HER:
        asked = f"{answer.request.url} {answer.request.content!r}"
        told = answer.read()
        for own in (canary.hsa_id, canary.family_name, canary.telephone):
            if own in asked:
                told = re.sub(re.escape(own.encode()), b"", told, flags=re.IGNORECASE)
        assert not canary.is_in(told), f"the canary is told of by {answer.request.method} {answer.request.url}"


def silent_files(canary: Canary, logs: list[Path], trail: Path) -> list[Path]:
    """Which of the log files hold her, and which of the trail's: that may name her id, which is whom it is about."""
    # The index beside the segments is no text, so that no character stands for an id that is nowhere.
    nameless = Canary("an id that nobody has", "")
    return [path for path in logs if canary.is_in(path.read_bytes())] + [
        path for path in trail.rglob("*") if path.is_file() and nameless.is_in(path.read_bytes())
    ]


def _made(send: Callable[[str, str, Any], httpx.Response], path: str, body: dict[str, Any]) -> str:
    made: str = _done(send("POST", f"/api/v1/{path}", {"reason": "kanariefågel", **body}))["hsa_id"]
    return made


def _done(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()
