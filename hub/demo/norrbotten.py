"""The fifteen members: official codes, names, organisation numbers and populations. Data only.

Populations are those of 2025-12-31 (SCB). The municipal organisation numbers follow the official series 212000-26xx and
are to be confirmed against the register of organisation numbers before anything but a demo relies on them.
"""

from dataclasses import dataclass

COUNTY_CODE = "25"
COUNTY_NAME = "Norrbottens län"


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """``key`` is our short handle; ``code`` is the municipal code, the county's two digits for the region; ``domain``
    is reserved for examples (RFC 2606 and 6761)."""

    key: str
    code: str
    name: str
    place: str
    organisation_number: str
    population: int
    domain: str
    postal_address: str

    @property
    def prefix(self) -> str:
        """The HSA-id prefix that the member owns."""
        return f"SE{self.organisation_number}"


MUNICIPALITIES = (
    MemberFacts("arvidsjaur", "2505", "Arvidsjaurs kommun", "Arvidsjaur", "2120002650", 6029, "arvidsjaur.example",
                "Kommunhuset, 933 81 Arvidsjaur"),
    MemberFacts("arjeplog", "2506", "Arjeplogs kommun", "Arjeplog", "2120002668", 2578, "arjeplog.example",
                "Kommunhuset, 938 81 Arjeplog"),
    MemberFacts("jokkmokk", "2510", "Jokkmokks kommun", "Jokkmokk", "2120002676", 4676, "jokkmokk.example",
                "Kommunhuset, 962 85 Jokkmokk"),
    MemberFacts("overkalix", "2513", "Överkalix kommun", "Överkalix", "2120002684", 3151, "overkalix.example",
                "Kommunhuset, 956 81 Överkalix"),
    MemberFacts("kalix", "2514", "Kalix kommun", "Kalix", "2120002692", 15272, "kalix.example",
                "Kommunhuset, 952 81 Kalix"),
    MemberFacts("overtornea", "2518", "Övertorneå kommun", "Övertorneå", "2120002700", 3996, "overtornea.example",
                "Kommunhuset, 957 85 Övertorneå"),
    MemberFacts("pajala", "2521", "Pajala kommun", "Pajala", "2120002718", 5686, "pajala.example",
                "Kommunhuset, 984 85 Pajala"),
    MemberFacts("gallivare", "2523", "Gällivare kommun", "Gällivare", "2120002726", 17110, "gallivare.example",
                "Kommunhuset, 982 81 Gällivare"),
    MemberFacts("alvsbyn", "2560", "Älvsbyns kommun", "Älvsbyn", "2120002734", 7846, "alvsbyn.example",
                "Kommunhuset, 942 85 Älvsbyn"),
    MemberFacts("lulea", "2580", "Luleå kommun", "Luleå", "2120002742", 80321, "lulea.example",
                "Stadshuset, 971 85 Luleå"),
    MemberFacts("pitea", "2581", "Piteå kommun", "Piteå", "2120002759", 42203, "pitea.example",
                "Stadshuset, 941 85 Piteå"),
    MemberFacts("boden", "2582", "Bodens kommun", "Boden", "2120002767", 28652, "boden.example",
                "Stadshuset, 961 86 Boden"),
    MemberFacts("haparanda", "2583", "Haparanda stad", "Haparanda", "2120002775", 9044, "haparanda.example",
                "Stadshuset, 953 85 Haparanda"),
    MemberFacts("kiruna", "2584", "Kiruna kommun", "Kiruna", "2120002783", 22379, "kiruna.example",
                "Stadshuset, 981 85 Kiruna"),
)  # fmt: skip

REGION = MemberFacts(
    "region", COUNTY_CODE, "Region Norrbotten", "Luleå", "2321000230",
    sum(municipality.population for municipality in MUNICIPALITIES), "regionnorrbotten.example",
    "Regionhuset, 971 89 Luleå",
)  # fmt: skip

MEMBERS = (REGION, *MUNICIPALITIES)

BY_KEY = {member.key: member for member in MEMBERS}
