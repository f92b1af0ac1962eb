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

LICENCES = frozenset(
    [
        "AP",
        "AT",
        "AU",
        "BM",
        "BA",
        "DT",
        "FT",
        "HK",
        "KP",
        "LG",
        "LK",
        "NA",
        "OP",
        "OI",
        "PS",
        "PT",
        "RC",
        "RS",
        "SF",
        "SJ",
        "TH",
        "TL",
    ]
)

CARE_TYPES = {"01": "öppen vård", "02": "sluten vård", "03": "hemsjukvård"}
