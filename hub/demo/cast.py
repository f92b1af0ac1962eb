"""The named people of the demo's story, and which unit and position each has. All fictive."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """``unit`` is a unit key of the region (see ``hub.demo.region``); the person fills one place of its crew."""

    key: str
    given_name: str
    family_name: str
    unit: str
    position: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


CAST = (
    Role("cecilia", "Cecilia", "Marklund", "boden/care_centre/bjorknas", "district_nurse"),
    Role("david", "David", "Åkerlund", "boden/care_centre/bjorknas", "general_practitioner"),
    Role("anna", "Anna", "Westman", "sunderby/medicine", "nurse"),
    Role("bo", "Bengt", "Lindmark", "sunderby/medicine", "senior_physician"),
    Role("psychiatrist", "Ulrika", "Sandström", "sunderby/psychiatry", "senior_physician"),
    Role("elin", "Elin", "Sarri", "sunderby/emergency", "emergency_physician"),
    Role("frida", "Jonna", "Wiklander", "sunderby/emergency", "nurse"),
    Role("ingela", "Ingela", "Hedman", "sunderby/medicine", "unit_head"),
    Role("kristina", "Kristina", "Öquist", "region/digital", "directory_officer"),
    Role("paediatrician", "Samuel", "Nordmark", "sunderby/children", "senior_physician"),
    Role("mjolkudden_gp", "Klara", "Engström", "lulea/care_centre/mjolkuddens", "general_practitioner"),
    Role("overkalix_gp", "Matti", "Korpi", "overkalix/care_centre/overkalix", "general_practitioner"),
    Role("overkalix_district_nurse", "Leena", "Hietala", "overkalix/care_centre/overkalix", "district_nurse"),
    Role("gallivare_nurse", "Risten", "Kuhmunen", "gallivare_hospital/emergency", "nurse"),
    Role("boden_dentist", "Jakob", "Lundkvist", "boden/dental_clinic/boden", "dentist"),
    Role("katarina", "Katarina", "Hedlund", "boden/home_nursing/1", "municipal_nurse"),
    Role("berit", "Margareta", "Nordlund", "boden/office", "chief_nurse"),
    Role("jonas", "Jonas", "Rantatalo", "boden/office", "it_coordinator"),
    Role("marja", "Marja", "Lantto", "boden/home_care/norra-boden", "home_care_assistant"),
    Role("olof", "Olof", "Mäkitalo", "boden/home_care/norra-boden", "home_care_assistant"),
    Role("saga", "Saga", "Rönnbäck", "boden/home_care/norra-boden", "home_care_assistant"),
    Role("rebecka", "Rebecka", "Niva", "boden/rehab", "occupational_therapist"),
    Role("petra", "Petra", "Vikström", "boden/needs_assessment", "needs_assessor"),
    Role("tora", "Tora", "Granlund", "lulea/home_nursing/1", "municipal_nurse"),
    Role("ulla", "Ulla", "Keisu", "overkalix/special_housing/brannbacken/health", "municipal_nurse"),
    Role("nursing_overkalix", "Marit", "Juuso", "overkalix/home_nursing/1", "municipal_nurse"),
)

PROTECTED = (
    ("lulea/care_centre/mjolkuddens", "nurse"),
    ("pitea_hospital/medicine", "nurse"),
    ("kiruna/home_care/centrum", "home_care_assistant"),
)
"""Where the three people with protected personal data (*skyddade personuppgifter*) work: the last of that position."""

FEIGNED = (
    ("Testa", "Läkarsson", "sunderby/medicine", "resident"),
    ("Testa", "Sjuksköterskedotter", "sunderby/medicine", "nurse"),
    ("Testa", "Kommunsköterskedotter", "boden/home_nursing/1", "municipal_nurse"),
    ("Testa", "Hemtjänstsson", "boden/home_care/sodra-boden", "home_care_assistant"),
    ("Testa", "Tandläkarsson", "boden/dental_clinic/boden", "dentist"),
)
"""The five test objects (hsaFeignedDataObject): extra to their units' crews."""
