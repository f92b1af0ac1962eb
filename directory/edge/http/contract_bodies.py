"""What the national questions take and give, under the contracts' names."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from directory.core.national.credentials import Credential
from directory.core.national.employees import PersonInformation
from directory.core.national.licence_register import HospCredentials
from directory.core.national.organisation import (
    HealthCareProvider,
    HealthCareUnit,
    HealthCareUnitList,
    HealthCareUnitMembers,
)
from directory.edge.http.contract_shapes import ContractShape, shape_of

_CREDENTIAL, _PERSON = shape_of(Credential), shape_of(PersonInformation)
_UNIT, _LIST, _MEMBERS = shape_of(HealthCareUnit), shape_of(HealthCareUnitList), shape_of(HealthCareUnitMembers)
_PROVIDER = shape_of(HealthCareProvider)
_ID = Field(max_length=64)


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    includeFeignedObject: bool = False


class PersonAsked(Asked):
    """Exactly one of the two identifiers. A personal number is twelve digits; reserve numbers are not national."""

    personHsaId: str | None = Field(default=None, max_length=64)
    personalIdentityNumber: str | None = Field(default=None, max_length=64)


class EmployeeAsked(PersonAsked):
    """``profile`` in small or capital letters."""

    profile: str = Field(default="full", max_length=20)


class MembersAsked(Asked):
    """``healthCareProfessionalLicense`` holds codes (`SJ`) or plain texts (`Sjuksköterska`) of licences."""

    healthCareUnitHsaId: str = _ID
    commissionPurpose: str = Field(max_length=100)
    commissionRights: list[str] = Field(default=[], max_length=100)
    healthCareProfessionalLicense: list[str] = Field(default=[], max_length=22)


class UnitMemberAsked(Asked):
    healthCareUnitMemberHsaId: str = _ID


class UnitAsked(Asked):
    healthCareUnitHsaId: str = _ID


class UnitsAsked(Asked):
    healthCareProviderHsaId: str = _ID


class ProviderAsked(Asked):
    """Exactly one of the two identifiers."""

    healthCareProviderHsaId: str | None = Field(default=None, max_length=64)
    healthCareProviderOrgNo: str | None = Field(default=None, max_length=64)


class HospAsked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    personalIdentityNumber: str = Field(max_length=64)


class _Answer(ContractShape):
    """``revision`` is the directory's, of the whole answer."""

    revision: int


class Credentials(_Answer):
    credentialInformation: list[_CREDENTIAL]  # type: ignore[valid-type]  # made from the answer's attributes


class PeopleInformation(_Answer):
    personInformation: list[_PERSON]  # type: ignore[valid-type]  # made from the answer's attributes


class UnitAnswer(_Answer):
    healthCareUnit: _UNIT | None = None  # type: ignore[valid-type]  # made from the answer's attributes


class UnitListAnswer(_Answer):
    healthCareUnitList: _LIST | None = None  # type: ignore[valid-type]  # made from the answer's attributes


class UnitMembersAnswer(_Answer):
    healthCareUnitMembers: _MEMBERS | None = None  # type: ignore[valid-type]  # made from the answer's attributes


class ProvidersAnswer(_Answer):
    healthCareProvider: list[_PROVIDER]  # type: ignore[valid-type]  # made from the answer's attributes


class Identity(ContractShape):
    """The contracts' ``II``: ``root`` is the OID of the kind of number."""

    root: str
    extension: str


class HospAnswer(shape_of(HospCredentials)):  # type: ignore[misc]  # made from the answer's attributes
    """The number is the one that was asked by. All but ``revision`` is absent for a human who is not known."""

    revision: int
    personalIdentityNumber: Identity | None = None


class LastUpdate(_Answer):
    """``lastUpdate`` is absent until the licence register was asked for the first time."""

    lastUpdate: datetime | None = None
