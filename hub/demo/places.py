"""Where care is given in the demo: hospitals, care centres, dental clinics, districts and housings. Names only.

Towns and districts are real; which building stands where is ours, so that nothing here is taken for a live directory.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ward:
    """``key`` is unique in its hospital; ``kind`` and ``staffing`` are keys of the staffing table."""

    key: str
    name: str
    kind: str = "hospital_ward"
    staffing: str = "ward"
    care_type: str = "02"


@dataclass(frozen=True, slots=True)
class Hospital:
    key: str
    name: str
    municipality: str
    postal_address: str
    wards: tuple[Ward, ...]


_EMERGENCY = Ward("emergency", "Akutmottagningen", "emergency_department", "emergency", "01")

HOSPITALS = (
    Hospital("sunderby", "Sunderby sjukhus", "lulea", "Sjukhusvägen 10, 954 42 Södra Sunderbyn", (
        _EMERGENCY,
        Ward("acute", "Akutvårdsavdelning 40"),
        Ward("medicine", "Medicinavdelning 41"),
        Ward("surgery", "Kirurgavdelning 42"),
        Ward("orthopaedics", "Ortopedavdelning 43"),
        Ward("stroke", "Strokeavdelning 44"),
        Ward("infection", "Infektionsavdelning 45"),
        Ward("children", "Barn- och ungdomsavdelning 46"),
        Ward("intensive", "Intensivvårdsavdelning 47"),
        Ward("maternity", "Förlossning och BB 48", staffing="maternity"),
        Ward("rehab", "Rehabiliteringsavdelning 49", staffing="rehab_ward"),
        Ward("psychiatry", "Psykiatriavdelning 50", staffing="psychiatry"),
    )),
    Hospital("pitea_hospital", "Piteå sjukhus", "pitea", "Lasarettsvägen 14, 941 50 Piteå", (
        _EMERGENCY,
        Ward("medicine", "Medicinavdelning 1"),
        Ward("surgery", "Kirurg- och ortopedavdelning 2"),
        Ward("rehab", "Rehabiliteringsavdelning 3", staffing="rehab_ward"),
        Ward("psychiatry", "Psykiatriavdelning 4", staffing="psychiatry"),
    )),
    Hospital("gallivare_hospital", "Gällivare sjukhus", "gallivare", "Källgatan 14, 982 32 Gällivare", (
        _EMERGENCY,
        Ward("medicine", "Medicinavdelning 1"),
        Ward("surgery", "Kirurg- och ortopedavdelning 2"),
        Ward("rehab", "Rehabiliteringsavdelning 3", staffing="rehab_ward"),
        Ward("maternity", "Förlossning och BB 4", staffing="maternity"),
    )),
    Hospital("kalix_hospital", "Kalix sjukhus", "kalix", "Sjukhusgatan 1, 952 82 Kalix", (
        _EMERGENCY,
        Ward("medicine", "Medicinavdelning 1"),
        Ward("surgery", "Kirurgavdelning 2"),
        Ward("rehab", "Rehabiliteringsavdelning 3", staffing="rehab_ward"),
    )),
    Hospital("kiruna_hospital", "Kiruna sjukhus", "kiruna", "Lasarettsgatan 1, 981 28 Kiruna", (
        _EMERGENCY,
        Ward("medicine", "Medicinavdelning 1"),
        Ward("surgery", "Kirurgavdelning 2"),
        Ward("rehab", "Rehabiliteringsavdelning 3", staffing="rehab_ward"),
    )),
)  # fmt: skip

CARE_CENTRES = {
    "lulea": ("Bergnäsets", "Björkskatans", "Gammelstads", "Hertsöns", "Mjölkuddens", "Porsöns", "Råneå", "Stadsvikens",
              "Örnäsets"),
    "pitea": ("Furunäsets", "Hortlax", "Norrfjärdens", "Piteå", "Öjebyns"),
    "boden": ("Björknäs", "Harads", "Sandens"),
    "kiruna": ("Granens", "Gruvstugans", "Karesuando", "Vittangi"),
    "gallivare": ("Laponia", "Malmbergets"),
    "kalix": ("Kalix", "Töre"),
    "haparanda": ("Haparanda",),
    "overtornea": ("Övertorneå",),
    "overkalix": ("Överkalix",),
    "pajala": ("Pajala",),
    "jokkmokk": ("Jokkmokks",),
    "arvidsjaur": ("Arvidsjaurs",),
    "arjeplog": ("Arjeplogs",),
    "alvsbyn": ("Älvsbyns",),
}  # fmt: skip

DENTAL_CLINICS = {
    "lulea": ("Bergnäset", "Björkskatan", "Gammelstad", "Hertsön", "Mjölkudden", "Porsön", "Råneå", "Stadsviken",
              "Örnäset", "specialisttandvården Luleå"),
    "pitea": ("Hortlax", "Norrfjärden", "Piteå", "Rosvik", "Öjebyn"),
    "boden": ("Boden", "Harads", "Sävast"),
    "kiruna": ("Karesuando", "Kiruna", "Vittangi"),
    "gallivare": ("Gällivare", "Malmberget"),
    "kalix": ("Kalix", "Töre"),
    "haparanda": ("Haparanda",),
    "overtornea": ("Övertorneå",),
    "overkalix": ("Överkalix",),
    "pajala": ("Pajala",),
    "jokkmokk": ("Jokkmokk", "Vuollerim"),
    "arvidsjaur": ("Arvidsjaur",),
    "arjeplog": ("Arjeplog",),
    "alvsbyn": ("Älvsbyn",),
}  # fmt: skip

HOME_CARE_DISTRICTS = {
    "lulea": ("Bergnäset", "Björkskatan", "Centrum", "Gammelstad", "Hertsön", "Mjölkudden", "Notviken", "Porsön",
              "Råneå", "Örnäset"),
    "pitea": ("Bergsviken", "Centrum", "Hortlax", "Norrfjärden", "Öjebyn"),
    "boden": ("Norra Boden", "Södra Boden", "Sävast", "Harads"),
    "kiruna": ("Centrum", "Lombolo", "Vittangi"),
    "gallivare": ("Gällivare", "Malmberget"),
    "kalix": ("Kalix", "Töre"),
    "haparanda": ("Haparanda",),
    "overtornea": ("Övertorneå",),
    "overkalix": ("Överkalix",),
    "pajala": ("Pajala",),
    "jokkmokk": ("Jokkmokk",),
    "arvidsjaur": ("Arvidsjaur",),
    "arjeplog": ("Arjeplog",),
    "alvsbyn": ("Älvsbyn",),
}  # fmt: skip

HOME_NURSING_AREAS = {"lulea": ("norra", "södra", "centrala"), "pitea": ("norra", "södra")}

HOUSINGS = {
    "lulea": ("Havsörnen", "Isbrytaren", "Kyrkbyn", "Lingonriset", "Midnattssolen", "Rönnbäret", "Strandviken",
              "Tallheden", "Vinterviken"),
    "pitea": ("Fyren", "Havsbandet", "Norrskenet", "Skogsgläntan", "Älvbrinken"),
    "boden": ("Björkgläntan", "Forsudden", "Granriset"),
    "kiruna": ("Fjällripan", "Norrskensgården"),
    "gallivare": ("Dundretgården", "Myrullen"),
    "kalix": ("Löjviken", "Älvstranden"),
    "haparanda": ("Gränsälven",),
    "overtornea": ("Aavasolen",),
    "overkalix": ("Brännbacken",),
    "pajala": ("Björkbacken",),
    "jokkmokk": ("Talludden",),
    "arvidsjaur": ("Ringelgläntan",),
    "arjeplog": ("Hornavansbo",),
    "alvsbyn": ("Pärlan",),
}  # fmt: skip
