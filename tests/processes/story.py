"""What the processes are told with: people at work, who do what the process maps call by these names, and the arrows.

Everybody is let in by an activation code, logs in with two factors in the portal and works under one
assignment. An *arrow* is information that goes from one unit to another: it has at least one decision, and each
decision has its record in the trail, which is read back over the API.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from hub.demo.login import Player, activate, log_in
from tests.system_parts import System, wait_until

ZONE = {"network_zone": "sjunet"}
SOON_SECONDS = 2
SCOPE = "openid commission tillit:registers"


@dataclass
class Arrow:
    """``what`` goes from ``source`` to ``target``, by these decisions."""

    source: str
    target: str
    what: str
    decisions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}: {self.what}"


@dataclass
class Story:
    """One patient's way through one process."""

    stage: "Stage"
    patient: dict[str, Any]
    arrows: list[Arrow] = field(default_factory=list)

    def every_arrow_is_a_recorded_decision(self) -> list[str]:
        """The arrows as the map draws them, when the trail has a permit with this patient for each of them."""
        for arrow in self.arrows:
            assert arrow.decisions, str(arrow)
            for decision in arrow.decisions:
                record = self.stage.line.get(f"/api/v1/decisions/{decision}")
                assert record["permit"] is True, str(arrow)
                assert record["patient"], str(arrow)
                assert self.patient["value"] not in str(record), str(arrow)
        return [str(arrow) for arrow in self.arrows]


class Stage:
    """The program with everybody who has come in so far, by name and unit."""

    def __init__(self, line: System) -> None:
        self.line = line
        self._tokens: dict[tuple[str, str | None], tuple[str, float]] = {}
        self._players: dict[str, Player] = {
            persona["hsa_id"]: Player(persona["username"], persona["password"], persona["totp_secret"])
            for persona in line.program.demo["personas"]
            if persona["hsa_id"]
        }

    def story(self, patient: str) -> Story:
        return Story(self, self.line.program.patient(patient))

    def unit(self, name: str) -> str:
        return self.line.program.unit(name)

    def at_work(self, story: Story, name: str, unit: str, assignment: str = "Vård och behandling") -> "AtWork":
        """Logged in, under the assignment of that name at the unit."""
        person: str = next(one["hsa_id"] for one in self.line.people(name) if one["full_name"] == name)
        return self._logged_in(story, person, unit, assignment)

    def nurse_of(self, story: Story, unit: str) -> "AtWork":
        """Whichever licensed nurse works there."""
        held = self._assignments(self.unit(unit), "Vård och behandling")
        people = (membership["person"] for one in held for membership in one["memberships"])
        nurse = next(one for one in people if "SJ" in self.line.get(f"/api/v1/people/{one}")["licences"])
        return self._logged_in(story, nurse, unit, "Vård och behandling")

    def _logged_in(self, story: Story, person: str, unit: str, assignment: str) -> "AtWork":
        held = next(
            one["hsa_id"]
            for one in self._assignments(self.unit(unit), assignment)
            if any(membership["person"] == person for membership in one["memberships"])
        )
        known = self._players.get(person) or self._let_in(person)
        player = Player(known.username, known.password, known.totp_secret, held)
        return AtWork(self.line, story, person, held, unit, self.unit(unit), self._token(player))

    def _token(self, player: Player) -> str:
        """Whoever is in two stories stays logged in: her authenticator has a new code only every half minute."""
        token, until = self._tokens.get((player.username, player.assignment), ("", 0.0))
        if until < time.monotonic():
            client = self.line.program.client("vardportalen")
            answer = log_in(self.line.program.issuer, client, player, scope=SCOPE)
            token, until = answer["access_token"], time.monotonic() + answer["expires_in"] / 2
            self._tokens[player.username, player.assignment] = token, until
        return token

    def _assignments(self, unit: str, name: str) -> list[dict[str, Any]]:
        found = self.line.get("/api/v1/assignments", unit=unit, limit="500")["items"]
        return [one for one in found if one["name"] == name]

    def _let_in(self, person: str) -> Player:
        answer = self.line.as_administrator("POST", f"/api/v1/people/{person}/activation", None)
        assert answer.status_code == 201, answer.text
        name = "p" + person.rpartition("-P")[2]
        code = answer.json()["activation_code"]
        player = activate(self.line.program.issuer, code, name, "en lång och egen lösenfras 7")
        self._players[person] = player
        return player


@dataclass
class AtWork:
    """Somebody under her assignment; each verb is what the process map says that she does."""

    line: System
    story: Story
    person: str
    assignment: str
    unit_name: str
    unit: str
    token: str = field(repr=False)

    # -- the care -----------------------------------------------------------------------------------------------

    def cares_for_the_patient(self) -> None:
        """Told by the journal system of her unit, as soon as the patient is hers."""
        sent = {"patient": self.story.patient, "person": self.person, "unit": self.unit}
        self._noted("care-relationships", sent)

    def asks_the_patient(self, ground: str = "CONSENT_3_1") -> str:
        """She consents, and the journal system of the unit notes it; gives the consent's id."""
        made = self._noted("consents", {"patient": self.story.patient, "unit": self.unit, "ground": ground})
        return str(made["id"])

    def may(self, action: str, whose: "AtWork", information: str = "lak") -> bool:
        """What the journal system asks before it shows; what crosses units is an arrow."""
        decided = self._decided(action, whose, information)
        if decided["decision"] and whose.unit != self.unit:
            what = f"{action} {information}"
            self._arrow(whose.unit_name, self.unit_name, what, decided["context"]["decision_id"])
        return bool(decided["decision"])

    def reads(self, whose: "AtWork", information: str = "lak") -> bool:
        return self.may("read", whose, information)

    def why_not(self, whose: "AtWork", information: str = "lak") -> str:
        decided = self._decided("read", whose, information)
        assert decided["decision"] is False
        return str(decided["context"]["reason_admin"]["code"])

    # -- disclosure by consent ----------------------------------------------------------------------------------

    def discloses(self, to: "AtWork", consent: str, *information: str) -> str:
        made = self._made(
            "disclosures",
            {
                "patient": self.story.patient,
                "consent": consent,
                "to_unit": to.unit,
                "information_types": list(information),
                **ZONE,
            },
        )
        self._arrow(self.unit_name, to.unit_name, f"disclosure {' '.join(information)}", *made["decisions"])
        return str(made["id"])

    def acknowledges(self, disclosure: str) -> None:
        waiting = self._asked(f"disclosures?unit={self.unit}")["items"]
        assert disclosure in [one["id"] for one in waiting]
        self._made(f"disclosures/{disclosure}/acknowledge")

    # -- delegation ---------------------------------------------------------------------------------------------

    def delegates(self, task: str, to: "AtWork") -> str:
        """Written and signed by her, accepted by the recipient."""
        now = datetime.now(UTC)
        written = {
            "recipient": to.person,
            "task": task,
            "units": [to.unit],
            "patients": [self.story.patient],
            "from": now.isoformat(),
            "to": (now + timedelta(days=180)).isoformat(),
        }
        row = str(self._made("delegations", written)["id"])
        self._made(f"delegations/{row}/sign", {"document": self._hash(row), **ZONE})
        assert to._made(f"delegations/{row}/accept", {"document": to._hash(row)})["state"] == "in_force"
        return row

    def performs(self, task: str) -> bool:
        decided = self._evaluated("perform", {"type": "task", "id": task, "properties": self._whose(self)})
        if decided["decision"]:
            self._arrow(self.unit_name, self.unit_name, f"performs {task}", decided["context"]["decision_id"])
        return bool(decided["decision"])

    def reports_back(self, delegation: str, text: str) -> str:
        sent = {"weight": "deviation", "text": text, "patient": self.story.patient}
        return str(self._made(f"delegations/{delegation}/reports", sent)["id"])

    def has_read(self, delegation: str, report: str) -> None:
        self._made(f"delegations/{delegation}/reports/{report}/acknowledge")

    # -- moving responsibility ----------------------------------------------------------------------------------

    def moves_responsibility(self, to: "AtWork", *professions: str) -> None:
        at = datetime.now(UTC) + timedelta(seconds=SOON_SECONDS)
        sent = {
            "patient": self.story.patient,
            "from_unit": self.unit,
            "to_unit": to.unit,
            "professions": list(professions),
            "at": at.isoformat(),
        }
        self._made("responsibility-moves", sent)

    def stops_reading(self, whose: "AtWork") -> None:
        wait_until(lambda: not self.reads(whose), within_seconds=SOON_SECONDS + 3)

    # -- emergency ----------------------------------------------------------------------------------------------

    def registers_an_emergency(self, reason: str) -> str:
        until = datetime.now(UTC) + timedelta(hours=4)
        sent = {"patient": self.story.patient, "reason": reason, "to": until.isoformat()}
        return str(self._made("emergency-accesses", sent)["id"])

    def reviews(self, emergency: str, verdict: str, text: str) -> None:
        owed = self._asked("emergency-accesses/reviews-owed?limit=500")["items"]
        assert emergency in [one["emergency_access"] for one in owed]
        reviewed = self._made(f"emergency-accesses/{emergency}/review", {"verdict": verdict, "text": text})
        assert reviewed["review"]["state"] == "reviewed"

    # -- discharge ----------------------------------------------------------------------------------------------

    def admits(self, *concerned: "AtWork") -> str:
        sent = {
            "patient": self.story.patient,
            "ward": self.unit,
            "concerned_units": [one.unit for one in concerned],
            "admitted_at": (datetime.now(UTC) - timedelta(hours=3)).isoformat(),
        }
        return str(self._made("discharge-cases", sent)["id"])

    def is_permanent_care_contact(self, case: str) -> None:
        answer = self._call("PUT", f"discharge-cases/{case}/care-contact", {"person": self.person})
        assert answer.status_code == 200, answer.text

    def judges_ready(self, case: str) -> None:
        assert self._made(f"discharge-cases/{case}/ready")["state"] == "ready"

    def sends(self, case: str, kind: str, to: tuple["AtWork", ...], **says: object) -> str:
        sent = {"kind": kind, "to_units": [one.unit for one in to], **ZONE, **says}
        made = self._made(f"discharge-cases/{case}/messages", sent)
        for receiver in to:
            self._arrow(self.unit_name, receiver.unit_name, kind, made["decision"])
        return str(made["id"])

    def receives(self, case: str, message: str) -> dict[str, Any]:
        read: dict[str, Any] = self._made(f"discharge-cases/{case}/messages/{message}/receive", ZONE)
        self.story.arrows[-1].decisions += (read["received_by_decision"],)
        return read

    def closes(self, case: str) -> dict[str, Any]:
        closed: dict[str, Any] = self._made(f"discharge-cases/{case}/close", {"reason": "patienten är hemma"})
        return closed

    def knows_of(self, case: str) -> bool:
        return self._call("GET", f"discharge-cases/{case}").status_code == 200

    # -- being told ---------------------------------------------------------------------------------------------

    def was_told(self, what: str) -> bool:
        return what in [one["what"] for one in self._asked("notices?limit=500")["items"]]

    # -- how it is asked ----------------------------------------------------------------------------------------

    def _decided(self, action: str, whose: "AtWork", information: str) -> dict[str, Any]:
        properties = self._whose(whose) | {"information_type": information}
        return self._evaluated(action, {"type": "patient_information", "id": "*", "properties": properties})

    def _whose(self, whose: "AtWork") -> dict[str, Any]:
        provider = self.line.get(f"/api/v1/units/{whose.unit}")["care_provider"]
        return {"patient": self.story.patient, "care_unit": whose.unit, "care_provider": provider}

    def _evaluated(self, action: str, resource: dict[str, Any]) -> dict[str, Any]:
        question = {
            "subject": {"type": "employee", "id": self.person, "properties": {"assignment": self.assignment}},
            "action": {"name": action},
            "resource": resource,
            "context": {"subject_token": self.token, "explain": True, **ZONE},
        }
        answer = self.line.http.post("/access/v1/evaluation", json=question, headers=self.line.bearer("pep"))
        assert answer.status_code == 200, answer.text
        decided: dict[str, Any] = answer.json()
        return decided

    def _hash(self, delegation: str) -> str:
        return str(self._asked(f"delegations/{delegation}/document")["hash"])

    def _asked(self, path: str) -> Any:
        answer = self._call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _made(self, path: str, sent: Any = None) -> Any:
        answer = self._call("POST", path, sent)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
        return answer.json()

    def _noted(self, path: str, sent: Any) -> Any:
        answer = self.line.http.post(f"/api/v1/{path}", json=sent, headers=self.line.bearer("pep"))
        assert answer.status_code == 201, f"{path}: {answer.text}"
        return answer.json()

    def _call(self, method: str, path: str, sent: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        return self.line.http.request(method, f"/api/v1/{path}", json=sent, headers=headers)

    def _arrow(self, source: str, target: str, what: str, *decisions: str) -> None:
        self.story.arrows.append(Arrow(source, target, what, decisions))
