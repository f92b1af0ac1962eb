"""Each claim on one list, and nothing in a token that nobody asked for."""

from typing import Any

import pytest

from federation.core.claims import ACCESS_TOKEN, CLAIMS, ID_TOKEN, Evidence, needs_number, released
from tests.federation.world import WARD, assignment, nurse
from vocabulary.personal_number import PersonalIdentityNumber

EVIDENCE = Evidence(nurse(), assignment(WARD), PersonalIdentityNumber.parse("198507722398"))


def test_each_claim_is_on_exactly_one_row() -> None:
    names = [claim.name for claim in CLAIMS]

    assert len(names) == len(set(names))
    assert all(claim.scopes and claim.tokens for claim in CLAIMS)


def test_no_scope_releases_nothing_to_the_client() -> None:
    assert released(ID_TOKEN, frozenset(), frozenset(), EVIDENCE) == {}


def test_a_personal_number_is_never_in_an_access_token() -> None:
    every = frozenset(scope for claim in CLAIMS for scope in claim.scopes)

    told = released(ACCESS_TOKEN, every, frozenset(claim.name for claim in CLAIMS), EVIDENCE)

    assert told.keys() == {"employeeHsaId", "commissionHsaId", "commissionPurpose"}


@pytest.mark.parametrize(
    ("scopes", "asked", "needed"),
    [
        ({"openid", "commission"}, set(), False),
        ({"personal_identity_number"}, set(), True),
        ({"https://id.oidc.se/scope/naturalPersonNumber"}, set(), True),
        ({"openid"}, {"personalIdentityNumber"}, True),
    ],
)
def test_the_number_is_unsealed_only_when_it_is_asked_for(scopes: set[str], asked: set[str], needed: bool) -> None:
    assert needs_number(frozenset(scopes), frozenset(asked)) is needed


@pytest.mark.spec("Swedish OpenID Connect profile, Claims and Scopes 2.1")
def test_a_coordination_number_is_not_sent_as_a_personal_number() -> None:
    scopes = frozenset(["https://id.oidc.se/scope/naturalPersonNumber"])

    told: dict[str, Any] = released(ID_TOKEN, scopes, frozenset(), EVIDENCE)

    assert told == {"https://id.oidc.se/claim/coordinationNumber": "198507722398"}
