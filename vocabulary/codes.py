"""The code tables of HSA that rights and assignments are written with. Data, not rules."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why patient data are processed (*ändamål*, PDL 2 kap. 4 § and 7 kap. 4 §)."""

    CARE = "Vård och behandling"
    OTHER_DOCUMENTATION = "Annan dokumentation enligt lag"
    QUALITY_ASSURANCE = "Kvalitetssäkring"
    ADMINISTRATION = "Administration"
    STATISTICS = "Statistik"
    QUALITY_REGISTER = "Kvalitetsregister"


class Activity(StrEnum):
    """What a right allows (HSA *aktivitet*)."""

    READ = "Läsa"
    WRITE = "Skriva"
    SIGN = "Signera"


EVERY_TYPE = "alla"

INFORMATION_TYPES = frozenset(
    ["dia", "fun", "lak", "lkm", "pad", "pat", "und", "upp", "vbe", "vot", "vko", "voo", "vpo"]
)

LICENCE_NAMES = {
    "AP": "Apotekare",
    "AT": "Arbetsterapeut",
    "AU": "Audionom",
    "BM": "Barnmorska",
    "BA": "Biomedicinsk analytiker",
    "DT": "Dietist",
    "FT": "Fysioterapeut",
    "HK": "Hälso- och sjukvårdskurator",
    "KP": "Kiropraktor",
    "LG": "Logoped",
    "LK": "Läkare",
    "NA": "Naprapat",
    "OP": "Optiker",
    "OI": "Ortopedingenjör",
    "PS": "Psykolog",
    "PT": "Psykoterapeut",
    "RC": "Receptarie",
    "RS": "Röntgensjuksköterska",
    "SF": "Sjukhusfysiker",
    "SJ": "Sjuksköterska",
    "TH": "Tandhygienist",
    "TL": "Tandläkare",
}
"""The licensed professions (Socialstyrelsen's code system 1.2.752.116.3.1.3), each in plain text (hsaTitle)."""

LICENCES = frozenset(LICENCE_NAMES)

CARE_TYPES = {"01": "öppen vård", "02": "sluten vård", "03": "hemsjukvård"}
