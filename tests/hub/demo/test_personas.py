"""Each persona has what the story says of her."""

from collections.abc import Mapping
from datetime import date

import pytest

from hub.demo.clients import clients
from hub.demo.facts import PATIENTS, register_facts
from hub.demo.personas import Persona, personas
from hub.demo.region import Region
from vocabulary.capacity import Capacity


@pytest.fixture
def by_key(region: Region) -> Mapping[str, Persona]:
    return {persona.key: persona for persona in personas(region)}


def _units(region: Region, persona: Persona) -> list[str]:
    keys = {unit.hsa_id: key for key, unit in region.units.items()}
    return [keys[region.assignments[assignment].unit] for assignment in persona.assignments]


def test_there_are_seven_with_a_sentence_in_each_language(by_key: Mapping[str, Persona]) -> None:
    assert len(by_key) == 7
    assert len({persona.username for persona in by_key.values()}) == 7
    for persona in by_key.values():
        assert persona.role_sv.endswith(".")
        assert persona.role_en.endswith(".")


def test_only_the_home_care_assistant_has_to_choose(by_key: Mapping[str, Persona]) -> None:
    counts = {key: len(persona.assignments) for key, persona in by_key.items()}

    assert counts.pop("home_care_assistant") == 2
    assert counts.pop("patient") == 0
    assert set(counts.values()) == {1}


def test_the_personas_hold_the_assignments_that_they_name(region: Region, by_key: Mapping[str, Persona]) -> None:
    for persona in by_key.values():
        for assignment in persona.assignments:
            assert persona.hsa_id in {held.person for held in region.assignments[assignment].memberships}


def test_the_district_nurse_works_at_a_regional_care_centre_in_boden(
    region: Region, by_key: Mapping[str, Persona]
) -> None:
    nurse = by_key["district_nurse"]

    assert nurse.hsa_id is not None
    assert nurse.member == region.members["region"].hsa_id
    assert _units(region, nurse) == ["boden/care_centre/bjorknas"]
    assert region.people[nurse.hsa_id].licences == ("SJ",)


def test_the_assistants_delegation_ran_out_last_week_and_its_renewal_waits(
    region: Region, by_key: Mapping[str, Persona], today: date
) -> None:
    nurse, assistant = by_key["district_nurse"], by_key["home_care_assistant"]

    hers = [one for one in register_facts(region, today).delegations if one.recipient == assistant.hsa_id]

    expired, waiting = hers
    assert expired.delegator == waiting.delegator == nurse.hsa_id
    assert expired.task == waiting.task == "give_insulin"
    assert expired.period.end is not None
    assert (today - expired.period.end.date()).days == 7
    assert expired.accepted_at is not None
    assert waiting.accepted_at is None


def test_the_assistant_acts_in_both_capacities(region: Region, by_key: Mapping[str, Persona]) -> None:
    capacities = {provider.hsa_id: provider.capacity for provider in region.providers.values()}

    units = _units(region, by_key["home_care_assistant"])

    assert [capacities[region.provider_of(unit)] for unit in units] == [Capacity.SOCIAL_CARE, Capacity.HEALTH_CARE]


def test_the_region_administers_all_members_and_boden_only_itself(
    region: Region, by_key: Mapping[str, Persona]
) -> None:
    assert len(by_key["region_administrator"].administers) == 15
    assert by_key["it_coordinator"].administers == (region.members["boden"].hsa_id,)
    assert by_key["it_coordinator"].member == region.members["boden"].hsa_id


def test_the_physician_is_licensed_and_works_at_the_emergency_department(
    region: Region, by_key: Mapping[str, Persona]
) -> None:
    physician = by_key["emergency_physician"]

    assert physician.hsa_id is not None
    assert region.people[physician.hsa_id].licences == ("LK",)
    assert _units(region, physician) == ["sunderby/emergency"]


def test_the_patient_is_no_employee(region: Region, by_key: Mapping[str, Persona]) -> None:
    patient = by_key["patient"]

    assert (patient.hsa_id, patient.member) == (None, None)
    assert patient.name in {one.name for one in PATIENTS if one.key == patient.patient}
    assert patient.name not in {person.full_name for person in region.people.values()}


def test_clients_are_sent_back_to_this_machine_only(region: Region) -> None:
    for client in clients(region):
        for address in (*client.redirect_uris, *client.post_logout_redirect_uris):
            assert address.startswith(("http://localhost:", "http://127.0.0.1:", "http://127.0.0.1/"))


def test_each_client_has_no_more_than_its_part(region: Region) -> None:
    by_key = {client.key: client for client in clients(region)}

    assert len({client.client_id for client in by_key.values()}) == len(by_key)
    assert [client.key for client in by_key.values() if client.vouches] == ["admin"], "an administrator asks why"
    assert by_key["pep"].scopes == ("tillit:pdp", "tillit:registers")
    assert {zone.value for zone in by_key["pep"].trusted_zones} == {"sjunet", "lumiora"}
    assert by_key["sync"].members == (region.members["boden"].hsa_id,)
    assert [client.key for client in by_key.values() if "tillit:admin" in client.scopes] == ["admin", "console"]
    assert [client.key for client in by_key.values() if client.auth_method == "none"] == ["app"]
    registering = {client.key for client in by_key.values() if "tillit:registers" in client.scopes}
    assert registering == {"pep", "admin", "portal"}
