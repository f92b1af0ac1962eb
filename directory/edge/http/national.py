"""The questions of the national HSA contracts as JSON: one address per contract, the contract's names in and out.

A question is a POST, since it may hold a personal number, which never stands in an address. Asked by personal number,
an application must be registered for it (scope ``tillit:national``); others are told of the records that they
administer. Who is unknown, or not for the asker to know, gives an empty answer. Each answer is of one snapshot and
names its revision; a directory that nobody has confirmed for five seconds does not answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from fastapi import APIRouter, Depends, Request

from directory.core.administration import ADMINISTER
from directory.core.entries import Person
from directory.core.national.credentials import credentials
from directory.core.national.employees import MembersWanted, Profile, commission_members, employees
from directory.core.national.licence_register import hosp_credentials
from directory.core.national.organisation import (
    HealthCareProvider,
    health_care_provider,
    health_care_providers,
    health_care_unit,
    health_care_unit_members,
    health_care_units,
)
from directory.core.national.question import Question
from directory.directory import Directory
from directory.edge.http.contract_bodies import (
    Asked,
    Credentials,
    EmployeeAsked,
    HospAnswer,
    HospAsked,
    LastUpdate,
    MembersAsked,
    PeopleInformation,
    PersonAsked,
    ProviderAsked,
    ProvidersAnswer,
    UnitAnswer,
    UnitAsked,
    UnitListAnswer,
    UnitMemberAsked,
    UnitMembersAnswer,
    UnitsAsked,
)
from directory.edge.http.contract_shapes import told
from directory.edge.http.doors import Authenticate, id_in_path
from directory.ports import Administration, LicenceChecks
from directory.refusals import DirectoryUnavailable, NotAllowed
from vocabulary.caller import Caller
from vocabulary.clock import Clock
from vocabulary.codes import LICENCE_NAMES, LICENCES, Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.personal_number import NumberKind, PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.right import Right

T = TypeVar("T")

BY_NUMBER = "tillit:national"
UNCONFIRMED_AT_MOST = timedelta(seconds=5)
ROOTS = {NumberKind.PERSONNUMMER: "1.2.752.129.2.1.3.1", NumberKind.SAMORDNINGSNUMMER: "1.2.752.129.2.1.3.3"}
"""The OIDs that say which kind a personal number is of."""

_CODE_OF = {name.casefold(): code for code, name in LICENCE_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Asking:
    caller: Caller
    question: Question

    def of(self, asked: Asked) -> Question:
        """The question about people: with feigned ones when the body says so."""
        return replace(self.question, with_feigned=asked.includeFeignedObject)

    def tell_only_administered(self) -> bool:
        """Whether, asked by personal number, the answer is of administered people only. Raises ``NotAllowed`` for an
        application that could never be told anything."""
        if BY_NUMBER in self.caller.scopes:
            return False
        if self.caller.person is None and ADMINISTER not in self.caller.scopes:
            raise NotAllowed(f"asking by personal number needs the scope `{BY_NUMBER}`")
        return True


def national(
    directory: Directory,
    authenticate: Authenticate,
    administration: Administration,
    checks: LicenceChecks,
    clock: Clock,
) -> APIRouter:
    routes = APIRouter(prefix="/api/v1/national", tags=["national questions"])

    def asks(*, with_protected: bool) -> Callable[[Request], Asking]:
        def asking(request: Request) -> Asking:
            caller, snapshot = authenticate(request), directory.snapshot()
            reach = administration.reach(caller, snapshot)
            reach.demand_reader()
            if directory.unconfirmed_for() > UNCONFIRMED_AT_MOST:
                raise DirectoryUnavailable("the directory has not been confirmed for some seconds; try again")
            return Asking(caller, Question(snapshot, reach, clock.now(), with_protected=with_protected))

        return asking

    # A dependency, since a stranger is to be refused before anything is said about the body's form.
    asker, asker_with_protected = Depends(asks(with_protected=False)), Depends(asks(with_protected=True))
    # Each contract about people has two addresses: what their paths and names end in, and who asks there.
    both_ways = (
        ("", "", asker),
        ("-including-protected-person", "IncludingProtectedPerson", asker_with_protected),
    )
    post = partial(routes.post, response_model_exclude_unset=True)

    def people(asked: PersonAsked, asking: Asking) -> Sequence[Person]:
        """Those whom the identifier names and the answer may speak of."""
        _demand_exactly_one(asked, "personHsaId", "personalIdentityNumber")
        question = asking.of(asked)
        if asked.personalIdentityNumber is not None:
            number = _number(asked.personalIdentityNumber)
            only_administered = asking.tell_only_administered()
            return question.people_with_number(directory.number_lookup(number), only_administered=only_administered)
        return _found(question.person, asked.personHsaId or "") or ()

    for path, name, its_asker in both_ways:

        @post(f"/credentials-for-person{path}", name=f"GetCredentialsForPerson{name}", response_model=Credentials)
        def get_credentials(asked: PersonAsked, asking: Asking = its_asker) -> object:
            found = credentials(asking.of(asked), people(asked, asking))
            return _answer("credentialInformation", found, asking)

    for path, name, its_asker in both_ways:

        @post(f"/employee{path}", name=f"GetEmployee{name}", response_model=PeopleInformation)
        def get_employee(asked: EmployeeAsked, asking: Asking = its_asker) -> object:
            found = employees(asking.of(asked), people(asked, asking), _profile(asked.profile))
            return _answer("personInformation", found, asking)

    for path, name, its_asker in both_ways:

        @post(f"/commission-members{path}", name=f"GetCommissionMembers{name}", response_model=PeopleInformation)
        def get_members(asked: MembersAsked, asking: Asking = its_asker) -> object:
            found = commission_members(asking.of(asked), _members_wanted(asked))
            return _answer("personInformation", found, asking)

    @post("/health-care-unit", name="GetHealthCareUnit", response_model=UnitAnswer)
    def get_unit(asked: UnitMemberAsked, asking: Asking = asker) -> object:
        found = _found(partial(health_care_unit, asking.question), asked.healthCareUnitMemberHsaId)
        return _answer("healthCareUnit", found, asking)

    @post("/health-care-unit-list", name="GetHealthCareUnitList", response_model=UnitListAnswer)
    def get_units(asked: UnitsAsked, asking: Asking = asker) -> object:
        found = _found(partial(health_care_units, asking.question), asked.healthCareProviderHsaId)
        return _answer("healthCareUnitList", found, asking)

    @post("/health-care-unit-members", name="GetHealthCareUnitMembers", response_model=UnitMembersAnswer)
    def get_unit_members(asked: UnitAsked, asking: Asking = asker) -> object:
        found = _found(partial(health_care_unit_members, asking.question), asked.healthCareUnitHsaId)
        return _answer("healthCareUnitMembers", found, asking)

    @post("/health-care-provider", name="GetHealthCareProvider", response_model=ProvidersAnswer)
    def get_provider(asked: ProviderAsked, asking: Asking = asker) -> object:
        return _answer("healthCareProvider", _providers(asking.question, asked), asking)

    @post("/hosp-credentials-for-person", name="GetHospCredentialsForPerson", response_model=HospAnswer)
    def get_hosp(asked: HospAsked, asking: Asking = asker_with_protected) -> object:
        """Told of people whom the asker administers: restrictions of licences are theirs to know only."""
        number = _number(asked.personalIdentityNumber)
        asking.tell_only_administered()
        question = replace(asking.question, with_feigned=True)
        records = question.people_with_number(directory.number_lookup(number), only_administered=True)
        found = hosp_credentials(records, checks.of(person.hsa_id for person in records))
        answer = {"revision": question.snapshot.revision}
        if found is None:
            return answer
        identity = {"root": ROOTS[number.kind], "extension": number.reveal()}
        return answer | told(found) | {"personalIdentityNumber": identity}

    @routes.get(
        "/hosp-last-update", name="GetHospLastUpdate", response_model=LastUpdate, response_model_exclude_unset=True
    )
    def get_hosp_last_update(asking: Asking = asker) -> object:
        return _answer("lastUpdate", checks.newest(), asking)

    return routes


def _answer(name: str, found: object, asking: Asking) -> dict[str, object]:
    """What was found, under the contract's name; ``None`` is left out."""
    answer: dict[str, object] = {"revision": asking.question.snapshot.revision}
    return answer if found is None else answer | {name: told(found)}


def _found(find: Callable[[HsaId], T | None], text: str) -> T | None:
    """Under what is no HSA-id at all nothing is found."""
    hsa_id = id_in_path(text)
    return None if hsa_id is None else find(hsa_id)


def _demand_exactly_one(asked: Asked, identifier: str, other: str) -> None:
    if (getattr(asked, identifier) is None) == (getattr(asked, other) is None):
        raise InvalidValue(f"name exactly one of `{identifier}` and `{other}`", pointer=f"/{identifier}")


def _number(text: str) -> PersonalIdentityNumber:
    try:
        return PersonalIdentityNumber.parse(text)
    except InvalidValue as refusal:
        raise InvalidValue(refusal.description, pointer="/personalIdentityNumber") from None


def _profile(text: str) -> Profile:
    try:
        return Profile(text.lower())
    except ValueError:
        known = ", ".join(f"`{profile}`" for profile in Profile)
        raise InvalidValue(f"the profile is one of {known}", pointer="/profile") from None


def _members_wanted(asked: MembersAsked) -> MembersWanted:
    try:
        purpose = Purpose(asked.commissionPurpose)
    except ValueError:
        raise InvalidValue("the purpose is not one of HSA's", pointer="/commissionPurpose") from None
    rights = tuple(_right(text, place) for place, text in enumerate(asked.commissionRights))
    licences = frozenset(_licence(text, place) for place, text in enumerate(asked.healthCareProfessionalLicense))
    return MembersWanted(id_in_path(asked.healthCareUnitHsaId), purpose, rights, licences)


def _right(text: str, place: int) -> Right:
    try:
        return Right.parse(text)
    except InvalidValue as refusal:
        raise InvalidValue(refusal.description, pointer=f"/commissionRights/{place}") from None


def _licence(text: str, place: int) -> str:
    code = text if text in LICENCES else _CODE_OF.get(text.casefold())
    if code is None:
        raise InvalidValue(
            "a licence is a code or plain text of the licence register's",
            pointer=f"/healthCareProfessionalLicense/{place}",
        )
    return code


def _providers(question: Question, asked: ProviderAsked) -> tuple[HealthCareProvider, ...]:
    _demand_exactly_one(asked, "healthCareProviderHsaId", "healthCareProviderOrgNo")
    if asked.healthCareProviderHsaId is not None:
        found = _found(partial(health_care_provider, question), asked.healthCareProviderHsaId)
        return () if found is None else (found,)
    try:
        return health_care_providers(question, OrganisationNumber.parse(asked.healthCareProviderOrgNo or ""))
    except InvalidValue:
        return ()
