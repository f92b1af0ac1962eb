"""Who works where and with which assignments: positions, rights, and staffing formulas as tables. Data, no people.

The municipal formulas, for a municipality of ``p`` inhabitants:

=====================  ===========================================================================
home care units        max(1, round(p / 8 000)); together max(6, round(p / 640)) assistants
home nursing units     max(1, round(p / 25 000)); together max(4, round(p / 2 000)) nurses
special housings       max(1, round(p / 9 000)), each a social and a health unit; together
                       max(6, round(p / 720)) assistants and max(2, round(p / 3 000)) nurses
municipal rehab        one unit; max(2, round(p / 5 000)) therapists, half of each kind
needs assessment       one unit; max(2, round(p / 8 000)) officers
=====================  ===========================================================================

A care centre or dental clinic serves an equal share of its municipality's inhabitants, and is staffed after that share.
"""

from dataclasses import dataclass

from vocabulary.codes import Purpose

_OWN_UNIT = ("Läsa;alla;VE", "Skriva;alla;VE")
_LICENSED = ("Läsa;alla;VE", "Läsa;alla;VG", "Läsa;alla;SJF", "Skriva;alla;VE", "Signera;alla;VE")


@dataclass(frozen=True, slots=True)
class AssignmentKind:
    """What an assignment of this kind is called at every unit, why it exists and what it allows."""

    name: str
    purpose: Purpose
    rights: tuple[str, ...]


ASSIGNMENT_KINDS = {
    "care": AssignmentKind("Vård och behandling", Purpose.CARE, _LICENSED),
    "nursing_assistance": AssignmentKind("Vård och behandling, omvårdnad", Purpose.CARE, _OWN_UNIT),
    "medical_records": AssignmentKind(
        "Vård och behandling, vårdadministration", Purpose.CARE,
        ("Läsa;vko;VE", "Skriva;vko;VE", "Läsa;vbe;VE", "Skriva;vbe;VE"),
    ),
    "dental_care": AssignmentKind("Tandvård", Purpose.CARE, ("Läsa;alla;VE", "Läsa;upp;VG", "Läsa;lak;VG",
                                                            "Skriva;alla;VE", "Signera;alla;VE")),
    "social_care": AssignmentKind("Hemtjänst och omsorg", Purpose.CARE, ("Läsa;alla;VE", "Läsa;vpo;SJF",
                                                                         "Skriva;alla;VE")),
    "needs_assessment": AssignmentKind("Biståndshandläggning", Purpose.CARE, ("Läsa;alla;VE", "Läsa;alla;VG",
                                                                              "Läsa;vpo;SJF", "Skriva;alla;VE")),
    "delegated": AssignmentKind("Delegerad hälso- och sjukvård", Purpose.CARE, ("Läsa;lak;VE", "Läsa;und;VE",
                                                                                      "Läsa;vpo;VE")),
    "quality": AssignmentKind("Kvalitetssäkring", Purpose.QUALITY_ASSURANCE, ("Läsa;alla;VE", "Läsa;alla;VG")),
    "administration": AssignmentKind("Administration", Purpose.ADMINISTRATION, ("Läsa;vot;VE", "Läsa;vko;VE")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Position:
    """A title with the licences (codes of HOSP) that it takes and the kinds of assignment that go with it.

    ``delegated`` in ``assignments`` is held at the home nursing (or the housing's health unit), the others at the own
    unit. Undersköterska is a protected title but no licence; a distriktssköterska is a nurse by licence.
    """

    title: str
    licences: tuple[str, ...]
    assignments: tuple[str, ...]


POSITIONS = {
    "nurse": Position("Sjuksköterska", ("SJ",), ("care",)),
    "district_nurse": Position("Distriktssköterska", ("SJ",), ("care",)),
    "municipal_nurse": Position("Kommunsjuksköterska", ("SJ",), ("care",)),
    "midwife": Position("Barnmorska", ("BM", "SJ"), ("care",)),
    "assistant_nurse": Position("Undersköterska", (), ("nursing_assistance",)),
    "senior_physician": Position("Överläkare", ("LK",), ("care", "quality")),
    "specialist": Position("Specialistläkare", ("LK",), ("care",)),
    "emergency_physician": Position("Specialistläkare i akutsjukvård", ("LK",), ("care",)),
    "resident": Position("ST-läkare", ("LK",), ("care",)),
    "general_practitioner": Position("Distriktsläkare", ("LK",), ("care",)),
    "physiotherapist": Position("Fysioterapeut", ("FT",), ("care",)),
    "occupational_therapist": Position("Arbetsterapeut", ("AT",), ("care",)),
    "psychologist": Position("Psykolog", ("PS",), ("care",)),
    "counsellor": Position("Hälso- och sjukvårdskurator", ("HK",), ("care",)),
    "medical_secretary": Position("Medicinsk sekreterare", (), ("medical_records",)),
    "unit_head": Position("Enhetschef", ("SJ",), ("quality", "administration")),
    "dentist": Position("Tandläkare", ("TL",), ("dental_care",)),
    "dental_hygienist": Position("Tandhygienist", ("TH",), ("dental_care",)),
    "dental_nurse": Position("Tandsköterska", (), ("nursing_assistance",)),
    "clinic_head": Position("Klinikchef", ("TL",), ("quality", "administration")),
    "home_care_assistant": Position("Undersköterska", (), ("social_care", "delegated")),
    "care_aide": Position("Vårdbiträde", (), ("social_care",)),
    "home_care_head": Position("Enhetschef", (), ("quality", "administration")),
    "needs_assessor": Position("Biståndshandläggare", (), ("needs_assessment",)),
    "chief_nurse": Position("Medicinskt ansvarig sjuksköterska", ("SJ",), ("quality",)),
    "systems_officer": Position("Systemförvaltare", (), ("administration",)),
    "directory_officer": Position("Kataloghandläggare", (), ("administration",)),
    "it_coordinator": Position("IT-samordnare", (), ("administration",)),
}

Crew = dict[str, int]

WARDS: dict[str, Crew] = {
    "ward": {"unit_head": 1, "senior_physician": 1, "resident": 1, "nurse": 5, "assistant_nurse": 5,
             "medical_secretary": 1},
    "emergency": {"unit_head": 1, "emergency_physician": 4, "resident": 2, "nurse": 8, "assistant_nurse": 4,
                  "medical_secretary": 1},
    "maternity": {"unit_head": 1, "senior_physician": 2, "midwife": 7, "assistant_nurse": 4, "medical_secretary": 1},
    "rehab_ward": {"unit_head": 1, "senior_physician": 1, "nurse": 3, "assistant_nurse": 3, "physiotherapist": 3,
                   "occupational_therapist": 2},
    "psychiatry": {"unit_head": 1, "senior_physician": 2, "nurse": 5, "assistant_nurse": 5, "psychologist": 1,
                   "counsellor": 1},
}  # fmt: skip


def care_centre(inhabitants: int) -> Crew:
    """The crew of a hälsocentral that serves so many."""
    return {
        "unit_head": 1,
        "general_practitioner": max(1, round(inhabitants / 2_500)),
        "district_nurse": max(2, round(inhabitants / 1_800)),
        "nurse": max(1, round(inhabitants / 4_000)),
        "assistant_nurse": max(1, round(inhabitants / 5_000)),
        "physiotherapist": 1,
        "counsellor": 1 if inhabitants > 4_000 else 0,
        "midwife": 1 if inhabitants > 5_500 else 0,
        "medical_secretary": 1,
    }


def dental_clinic(inhabitants: int) -> Crew:
    """The crew of a clinic of Folktandvården that serves so many."""
    return {
        "clinic_head": 1,
        "dentist": max(1, round(inhabitants / 3_600)),
        "dental_hygienist": max(1, round(inhabitants / 5_000)),
        "dental_nurse": max(2, round(inhabitants / 2_500)),
    }


def home_care_units(inhabitants: int) -> int:
    return max(1, round(inhabitants / 8_000))


def home_care(inhabitants: int) -> Crew:
    """All assistants of a municipality; a quarter of them are aides who take no delegations."""
    assistants = max(6, round(inhabitants / 640))
    return {"home_care_assistant": assistants - assistants // 4, "care_aide": assistants // 4}


def home_nursing_units(inhabitants: int) -> int:
    return max(1, round(inhabitants / 25_000))


def home_nursing(inhabitants: int) -> Crew:
    nurses = max(4, round(inhabitants / 2_000))
    return {"municipal_nurse": nurses - nurses // 3, "district_nurse": nurses // 3}


def special_housings(inhabitants: int) -> int:
    return max(1, round(inhabitants / 9_000))


def housing_social(inhabitants: int) -> Crew:
    assistants = max(6, round(inhabitants / 720))
    return {"home_care_assistant": assistants - assistants // 5, "care_aide": assistants // 5}


def housing_health(inhabitants: int) -> Crew:
    return {"municipal_nurse": max(2, round(inhabitants / 3_000))}


def municipal_rehab(inhabitants: int) -> Crew:
    therapists = max(2, round(inhabitants / 5_000))
    return {"physiotherapist": therapists - therapists // 2, "occupational_therapist": therapists // 2}


def needs_assessment(inhabitants: int) -> Crew:
    return {"needs_assessor": max(2, round(inhabitants / 8_000))}


def share(crew: Crew, parts: int, part: int) -> Crew:
    """The part (counted from 0) of a crew that is spread over so many units as evenly as whole people allow."""
    return {position: count // parts + (1 if part < count % parts else 0) for position, count in crew.items()}
