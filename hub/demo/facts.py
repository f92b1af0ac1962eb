"""What stands in the demo's registers on ``today``: patients, relationships, consents, blocks, delegations, cases."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hub.demo.posts import Post
from hub.demo.region import Region
from hub.demo.seeds import (
    DischargeState,
    Ground,
    LiftReason,
    SeedBlock,
    SeedCareRelationship,
    SeedConsent,
    SeedDelegation,
    SeedDischargeCase,
    SeedEmergencyAccess,
    SeedLift,
    SeedPatient,
    SeedPersonalNumber,
    SeedResponsibilityMove,
    SeedServiceRecipient,
    SeedTask,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import NumberKind
from vocabulary.stockholm import ZONE

HISTORY_DAYS = 30
EMERGENCY_DAY = -9
EXPIRY_DAY = -7
REVOCATION_DAY = -12
MOVE_DAY = -14

PATIENTS = (
    SeedPatient("tore", "Tore Holmkvist", NumberKind.PERSONNUMMER, "191212121212", "boden"),
    SeedPatient("elsa", "Elsa Wikström", NumberKind.PERSONNUMMER, "193805172388", "boden"),
    SeedPatient("gunnar", "Gunnar Rautio", NumberKind.PERSONNUMMER, "194111032399", "overkalix"),
    SeedPatient("sigrid", "Sigrid Åhman", NumberKind.PERSONNUMMER, "195008129800", "lulea"),
    SeedPatient("amir", "Amir Haddad", NumberKind.SAMORDNINGSNUMMER, "198507722398", "boden"),
    SeedPatient("leo", "Leo Fjällström", NumberKind.PERSONNUMMER, "201001252392", "gallivare"),
    SeedPatient("ture", "Ture Engman", NumberKind.PERSONNUMMER, "201212121212", "boden"),
    SeedPatient("nora", "Nora Kuoppala", NumberKind.PERSONNUMMER, "202104142381", "lulea"),
)

TASKS = (
    SeedTask("give_insulin", "Ge insulin enligt ordination", True, ("SJ",), ("lak",)),
    SeedTask("hand_over_medicine", "Överlämna iordningställda läkemedelsdoser", True, ("SJ",), ("lak",)),
    SeedTask("eye_drops", "Ge ögondroppar enligt ordination", True, ("SJ",), ("lak",)),
    SeedTask("dress_wound", "Lägga om sår enligt plan", True, ("SJ",), ("vpo",)),
    SeedTask("blood_glucose", "Kontrollera blodsocker", True, ("SJ",), ("und",)),
    SeedTask("compression_stockings", "Ta på kompressionsstrumpor enligt plan", True, ("SJ", "AT", "FT"), ("vpo",)),
    SeedTask("walking_training", "Gångträning enligt träningsprogram", True, ("FT", "AT"), ("vpo",)),
    SeedTask("prescribe", "Förskriva läkemedel", False, ("LK", "TL"), ("lak", "upp")),
    SeedTask("prescribe_narcotics", "Förskriva narkotiska läkemedel", False, ("LK",), ("lak", "upp")),
    SeedTask("admit", "Besluta om inskrivning i sluten vård", False, ("LK",), ()),
)


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """Everything for the registers, each kind in the order in which it should be registered."""

    patients: tuple[SeedPatient, ...]
    tasks: tuple[SeedTask, ...]
    personal_numbers: tuple[SeedPersonalNumber, ...]
    care_relationships: tuple[SeedCareRelationship, ...]
    consents: tuple[SeedConsent, ...]
    blocks: tuple[SeedBlock, ...]
    lifts: tuple[SeedLift, ...]
    delegations: tuple[SeedDelegation, ...]
    service_recipients: tuple[SeedServiceRecipient, ...]
    discharge_cases: tuple[SeedDischargeCase, ...]
    responsibility_moves: tuple[SeedResponsibilityMove, ...]
    emergency_accesses: tuple[SeedEmergencyAccess, ...]


def register_facts(region: Region, today: date) -> RegisterFacts:
    """All facts, dated relative to ``today`` (a day in Stockholm)."""
    told = _Telling(region, today)
    return RegisterFacts(
        PATIENTS, TASKS, told.personal_numbers(), told.care_relationships(), told.consents(), told.blocks(),
        told.lifts(), told.delegations(), told.service_recipients(), told.discharge_cases(),
        told.responsibility_moves(), told.emergency_accesses(),
    )  # fmt: skip


def moment(today: date, days: int, hour: int, minute: int = 0) -> datetime:
    """That time of day in Stockholm, as UTC, ``days`` after ``today`` (negative: before)."""
    return datetime.combine(today + timedelta(days=days), time(hour, minute), ZONE).astimezone(UTC)


CARED_FOR = {
    "tore": ("anna", "bo", "cecilia", "david", "katarina", "rebecka", "olof"),
    "elsa": ("cecilia", "david", "katarina", "marja", "olof", "saga", "petra"),
    "gunnar": ("overkalix_gp", "overkalix_district_nurse", "nursing_overkalix", "ulla"),
    "sigrid": ("mjolkudden_gp", "tora", "frida"),
    "amir": ("psychiatrist", "david", "bo"),
    "leo": ("gallivare_nurse",),
    "ture": ("boden_dentist", "david", "cecilia"),
    "nora": ("paediatrician", "mjolkudden_gp"),
}
"""Who of the cast takes part in the care of whom, under every care assignment that she holds."""


class _Telling:
    def __init__(self, region: Region, today: date) -> None:
        self._region = region
        self._today = today
        self._long = Period(self._at(-200, 8), self._at(200, 8))

    def _at(self, days: int, hour: int, minute: int = 0) -> datetime:
        return moment(self._today, days, hour, minute)

    def _post(self, key: str) -> Post:
        return self._region.cast[key]

    def _person(self, key: str) -> HsaId:
        return self._region.cast[key].person

    def _assignment(self, key: str) -> HsaId:
        return self._region.cast[key].assignments[0]

    def _delegated(self, key: str) -> HsaId:
        """The assignment at the health-care unit of somebody who has two."""
        return self._region.cast[key].assignments[1]

    def personal_numbers(self) -> tuple[SeedPersonalNumber, ...]:
        return (
            SeedPersonalNumber(self._person("cecilia"), "189001019802"),
            SeedPersonalNumber(self._person("marja"), "190001019801"),
        )

    def care_relationships(self) -> tuple[SeedCareRelationship, ...]:
        lasting = tuple(
            SeedCareRelationship(patient, self._person(key), unit, self._long)
            for patient, keys in CARED_FOR.items()
            for key in keys
            for unit in self._care_units(key)
        )
        night = SeedCareRelationship(
            "elsa", self._person("elin"), self._region.unit("sunderby/emergency"),
            Period(self._at(EMERGENCY_DAY, 2), self._at(EMERGENCY_DAY + 1, 8)),
        )  # fmt: skip
        return (*lasting, night)

    def _care_units(self, key: str) -> tuple[HsaId, ...]:
        held = (self._region.assignments[assignment] for assignment in self._post(key).assignments)
        return tuple(assignment.unit for assignment in held if assignment.purpose == "Vård och behandling")

    def consents(self) -> tuple[SeedConsent, ...]:
        unit = self._region.unit
        ended = self._at(-20, 14, 30)
        return (
            self._consent("elsa-home-nursing", "elsa", unit("boden/home_nursing/1"), Ground.CONSENT_3_1, "katarina"),
            self._consent("elsa-care-centre", "elsa", unit("boden/care_centre/bjorknas"), Ground.CONSENT_3_1, "david"),
            self._consent("elsa-home-care", "elsa", unit("boden/home_care/norra-boden"), Ground.CONSENT_SOCIAL_3_2,
                          "marja"),
            self._consent("tore-ward", "tore", unit("sunderby/medicine"), Ground.CONSENT_3_1, "anna"),
            self._consent("sigrid-care-centre", "sigrid", unit("lulea/care_centre/mjolkuddens"), Ground.CONSENT_3_1,
                          "mjolkudden_gp"),
            self._consent("gunnar-housing", "gunnar", unit("overkalix/special_housing/brannbacken/health"),
                          Ground.CONSENT_3_1, "ulla"),
            self._consent("nora-children", "nora", unit("sunderby/children"), Ground.CHILD_3_1, "paediatrician"),
            self._consent("tore-home-nursing", "tore", unit("boden/home_nursing/1"), Ground.CONSENT_3_1, "katarina",
                          ended_at=ended),
            self._consent("tore-rehab-by-mistake", "tore", unit("boden/rehab"), Ground.CONSENT_3_1, "rebecka",
                          ended_at=ended, annulled=True),
        )  # fmt: skip

    def _consent(self, ref: str, patient: str, unit: HsaId, ground: Ground, by: str, *,
                 ended_at: datetime | None = None, annulled: bool = False) -> SeedConsent:  # fmt: skip
        return SeedConsent(
            ref, patient, unit, None, ground, self._long, self._person(by), self._assignment(by), ended_at, annulled
        )

    def blocks(self) -> tuple[SeedBlock, ...]:
        return (
            SeedBlock("amir-psychiatry", "amir", self._region.provider_of("sunderby/psychiatry"),
                      self._region.unit("sunderby/psychiatry"), Period(self._at(-60, 10, 15)),
                      self._person("psychiatrist"), self._assignment("psychiatrist"), excepted=("upp",)),
            SeedBlock("sigrid-municipality", "sigrid", self._region.provider_of("lulea/home_nursing/1"),
                      None, Period(self._at(-45, 13, 40)), self._person("tora"), self._assignment("tora")),
        )  # fmt: skip

    def lifts(self) -> tuple[SeedLift, ...]:
        return (
            SeedLift("amir-care-centre", "amir-psychiatry", self._region.unit("boden/care_centre/bjorknas"),
                     self._person("david"), LiftReason.PATIENTS_CONSENT,
                     "Patienten vill att distriktsläkaren ser medicineringen inför läkemedelsgenomgång.",
                     Period(self._at(-2, 9), self._at(4, 17)), self._person("psychiatrist"),
                     self._assignment("psychiatrist")),
        )  # fmt: skip

    def delegations(self) -> tuple[SeedDelegation, ...]:
        """Marja's has expired and its renewal waits, Olof's is current, Saga's was revoked."""
        expired = Period(self._at(EXPIRY_DAY - 364, 8), self._at(EXPIRY_DAY, 8))
        year = Period(self._at(-100, 8), self._at(264, 8))
        return (
            self._delegation("insulin-marja", "cecilia", "marja", "give_insulin", ("elsa",), expired),
            self._delegation("insulin-olof", "katarina", "olof", "give_insulin", ("elsa",), year),
            self._delegation("medicine-olof", "katarina", "olof", "hand_over_medicine", ("elsa", "tore"), year),
            self._delegation("wound-saga", "katarina", "saga", "dress_wound", ("elsa",), year,
                             revoked_at=self._at(REVOCATION_DAY, 11, 5), revoked_by=self._person("berit")),
            self._delegation("insulin-marja-renewed", "cecilia", "marja", "give_insulin", ("elsa",),
                             Period(self._at(0, 8), self._at(364, 8)), written_at=self._at(-1, 15, 20), accepted=False),
        )  # fmt: skip

    def _delegation(self, ref: str, by: str, to: str, task: str, patients: tuple[str, ...], period: Period, *,
                    written_at: datetime | None = None, accepted: bool = True, revoked_at: datetime | None = None,
                    revoked_by: HsaId | None = None) -> SeedDelegation:  # fmt: skip
        assert period.start is not None
        written = period.start - timedelta(days=1) if written_at is None else written_at
        delegated = self._delegated(to)
        accepted_at = written + timedelta(hours=2) if accepted else None
        return SeedDelegation(
            ref, self._person(by), self._assignment(by), self._person(to), delegated, task, patients,
            (self._region.assignments[delegated].unit,), period, written, accepted_at, revoked_at=revoked_at,
            revoked_by=revoked_by,
        )  # fmt: skip

    def service_recipients(self) -> tuple[SeedServiceRecipient, ...]:
        since = Period(self._at(-400, 8))
        provider = self._region.provider_of
        return (
            SeedServiceRecipient("elsa", provider("boden/home_care/norra-boden"), since),
            SeedServiceRecipient("tore", provider("boden/home_care/norra-boden"), since),
            SeedServiceRecipient("sigrid", provider("lulea/needs_assessment"), since),
            SeedServiceRecipient("gunnar", provider("overkalix/special_housing/brannbacken/social"), since),
        )

    def discharge_cases(self) -> tuple[SeedDischargeCase, ...]:
        unit = self._region.unit
        concerned = ("boden/care_centre/bjorknas", "boden/home_nursing/1", "boden/home_care/norra-boden")
        return (
            SeedDischargeCase("tore-ward-41", "tore", unit("sunderby/medicine"), tuple(unit(key) for key in concerned),
                              DischargeState.READY, self._person("cecilia"), True, self._at(-5, 16, 10),
                              self._at(-1, 10, 30)),
        )  # fmt: skip

    def responsibility_moves(self) -> tuple[SeedResponsibilityMove, ...]:
        return (
            SeedResponsibilityMove("gunnar-brannbacken", "gunnar", self._region.unit("overkalix/care_centre/overkalix"),
                                   self._region.unit("overkalix/special_housing/brannbacken/health"),
                                   ("SJ", "AT", "FT"), self._at(MOVE_DAY, 0)),
        )  # fmt: skip

    def emergency_accesses(self) -> tuple[SeedEmergencyAccess, ...]:
        return (
            SeedEmergencyAccess("elsa-night", "elsa", self._person("elin"), self._assignment("elin"),
                                self._region.unit("sunderby/emergency"),
                                "Medvetslös vid ankomst, misstänkt hypoglykemi, kan inte tillfrågas.",
                                Period(self._at(EMERGENCY_DAY, 2, 17), self._at(EMERGENCY_DAY, 14, 17))),
        )  # fmt: skip
