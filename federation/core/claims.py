"""Every claim about an employee: where it comes from, which scopes release it, and in which tokens it stands.

Each claim is one row of ``CLAIMS``; a claim that is on no row is never sent. Claims about the login itself (``acr amr
auth_time sid nonce``) are ``core.tokens``'.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from federation.core.employee import Employee, EmployeeAssignment
from vocabulary.personal_number import NumberKind, PersonalIdentityNumber

OIDC_SE_CLAIM = "https://id.oidc.se/claim/"
OIDC_SE_SCOPE = "https://id.oidc.se/scope/"
OPENID = "openid"
PROFILE = "profile"
EMAIL = "email"
COMMISSION = "commission"
AUTHORIZATION = "authorization_scope"
PERSONAL_NUMBER = "personal_identity_number"
SE_INFO = OIDC_SE_SCOPE + "naturalPersonInfo"
SE_NUMBER = OIDC_SE_SCOPE + "naturalPersonNumber"
SE_ORGANISATION = OIDC_SE_SCOPE + "naturalPersonOrgId"
NUMBER_SCOPES = frozenset([PERSONAL_NUMBER, SE_NUMBER])

ID_TOKEN, USERINFO, ACCESS_TOKEN = "id_token", "userinfo", "access_token"
_TO_CLIENT = frozenset([ID_TOKEN, USERINFO])
_EVERYWHERE = frozenset([ID_TOKEN, USERINFO, ACCESS_TOKEN])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What claims are made of. ``number`` is there only when a granted scope releases it."""

    employee: Employee
    assignment: EmployeeAssignment | None
    number: PersonalIdentityNumber | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """``source`` gives ``None`` when there is nothing to say; then the claim is left out."""

    name: str
    source: Callable[[Evidence], Any]
    scopes: frozenset[str]
    tokens: frozenset[str]


def _person(name: str, source: Callable[[Employee], Any], *scopes: str, tokens: frozenset[str] = _TO_CLIENT) -> Claim:
    return Claim(name, lambda evidence: source(evidence.employee), frozenset(scopes), tokens)


def _assigned(name: str, source: Callable[[EmployeeAssignment], Any], tokens: frozenset[str] = _TO_CLIENT) -> Claim:
    def of(evidence: Evidence) -> Any:
        return None if evidence.assignment is None else source(evidence.assignment)

    return Claim(name, of, frozenset([COMMISSION]), tokens)


def _number(name: str, scope: str, kinds: frozenset[NumberKind]) -> Claim:
    def of(evidence: Evidence) -> Any:
        number = evidence.number
        return None if number is None or number.kind not in kinds else number.reveal()

    return Claim(name, of, frozenset([scope]), _TO_CLIENT)


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


_ANY_KIND = frozenset(NumberKind)
_PERSONNUMMER = frozenset([NumberKind.PERSONNUMMER])
_COORDINATION = frozenset([NumberKind.SAMORDNINGSNUMMER])

CLAIMS: tuple[Claim, ...] = (
    # OpenID Connect Core 5.1; Swedish profile: Claims and Scopes 1.0, 3
    _person("name", lambda e: e.full_name, PROFILE, SE_INFO, SE_ORGANISATION),
    _person("given_name", lambda e: e.given_name, PROFILE, SE_INFO),
    _person("family_name", lambda e: e.family_name, PROFILE, SE_INFO),
    _person("email", lambda e: e.mail, EMAIL),
    # the national names
    _person("employeeHsaId", lambda e: str(e.hsa_id), OPENID, COMMISSION, tokens=_EVERYWHERE),
    _person("allEmployeeHsaIds", lambda e: [str(one) for one in e.all_hsa_ids], COMMISSION),
    _person("healthcareProfessionalLicense", lambda e: list(e.licences), COMMISSION),
    _assigned("commissionHsaId", lambda a: str(a.hsa_id), _EVERYWHERE),
    _assigned("commissionName", lambda a: a.name),
    _assigned("commissionPurpose", lambda a: str(a.purpose), _EVERYWHERE),
    _assigned("commissionRight", lambda a: list(a.rights)),
    _assigned("healthCareUnitHsaId", lambda a: _text(a.unit)),
    _assigned("healthCareUnitName", lambda a: a.unit_name),
    _assigned("healthCareProviderHsaId", lambda a: str(a.care_provider)),
    _assigned("healthCareProviderName", lambda a: a.care_provider_name),
    _assigned("healthcareProviderId", lambda a: str(a.care_provider_number)),
    _person("authorizationScope", lambda e: list(e.system_roles), AUTHORIZATION),
    _number("personalIdentityNumber", PERSONAL_NUMBER, _ANY_KIND),
    # the Swedish OpenID Connect profile: Claims and Scopes 1.0, 2
    _number(OIDC_SE_CLAIM + "personalIdentityNumber", SE_NUMBER, _PERSONNUMMER),
    _number(OIDC_SE_CLAIM + "coordinationNumber", SE_NUMBER, _COORDINATION),
    _person(OIDC_SE_CLAIM + "orgName", lambda e: e.member_name, SE_ORGANISATION),
    _person(OIDC_SE_CLAIM + "orgNumber", lambda e: str(e.member_number), SE_ORGANISATION),
    _person(OIDC_SE_CLAIM + "orgAffiliation", lambda e: f"{e.hsa_id}@{e.member_number}", SE_ORGANISATION),
)

CLAIM_NAMED = {claim.name: claim for claim in CLAIMS}
# What releases a claim in an access token does not depend on scopes: our own decision point lives on these.
CLAIM_SCOPES = frozenset().union(*(claim.scopes for claim in CLAIMS))


@dataclass(frozen=True, slots=True)
class _AssignmentNeeds:
    scopes: frozenset[str]
    names: frozenset[str]


NEEDS_ASSIGNMENT = _AssignmentNeeds(
    frozenset([COMMISSION]),
    frozenset(
        claim.name
        for claim in CLAIMS
        if claim.scopes == {COMMISSION} and claim.name not in ("allEmployeeHsaIds", "healthcareProfessionalLicense")
    ),
)


def released(token: str, scopes: frozenset[str], asked: frozenset[str], evidence: Evidence) -> dict[str, Any]:
    """The claims of one token: those of the granted scopes, and those asked for by name (already checked against what
    the client may have)."""
    made: dict[str, Any] = {}
    for claim in CLAIMS:
        if token not in claim.tokens:
            continue
        if token == ACCESS_TOKEN or claim.scopes & scopes or claim.name in asked:
            value = claim.source(evidence)
            if value is not None:
                made[claim.name] = value
    return made


def undeliverable(
    essential: frozenset[str], scopes: frozenset[str], asked: frozenset[str], evidence: Evidence
) -> str | None:
    """The first essential claim that could not be sent, or ``None``. An empty list says nothing either."""
    made = released(ID_TOKEN, scopes, asked, evidence)
    return next((name for name in sorted(essential) if not made.get(name)), None)


def needs_number(scopes: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether the personal number must be unsealed at all."""
    return bool(scopes & NUMBER_SCOPES) or any(CLAIM_NAMED[name].scopes & NUMBER_SCOPES for name in asked)
