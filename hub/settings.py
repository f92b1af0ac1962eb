"""Every setting of the house, with its meaning: read from a TOML file, overridden by ``TILLIT_…`` variables.

``tillit init`` writes this file out with the descriptions as comments; ``docs/settings.md`` lists the same.
"""

from pathlib import Path

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from directory.edge.ldap.names import SERVICE_DN
from directory.edge.ldap.network import parse_url
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

_DECISION_LENGTH = 200
_SHORTEST_DECISION = 8


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TILLIT_", extra="forbid", frozen=True)

    data: Path = Field(description="Folder of everything kept: LDAP database, SQLite, audit trail, keys.")
    issuer: str = Field(
        description="The address by which browsers and applications reach us; `iss` of every token.",
        pattern=r"^https?://[^/?#]+(/[^?#]*[^/?#])?$",
    )
    host: str = Field(
        default="127.0.0.1", description="The address to listen on; put TLS in front before leaving loopback."
    )
    port: int = Field(default=8000, ge=1, le=65535, description="The port for applications, administrators and pages.")
    management_port: int = Field(
        default=8001, ge=1, le=65535, description="The port for /livez, /readyz and /metrics; always on loopback."
    )
    ldap_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The loopback port of LDAP for applications; 0 chooses a free one and keeps it.",
    )
    ldap_max_bytes: int = Field(
        default=4 * 1024**3,
        ge=16 * 1024**2,
        description="How large the embedded directory server's database may grow; reserves no disk.",
    )
    retention_decision: str = Field(
        default="",
        max_length=_DECISION_LENGTH,
        description="The decision (by its number) of an archive authority that all members have in common, by which "
        "what the law no longer asks for is erased; unset erases nothing but by `retention_decisions`.",
    )
    retention_decisions: dict[str, str] = Field(
        default={},
        description="The same of single members' own archive authorities: a table from a member's HSA-id to the "
        "decision by which what is that member's is erased.",
    )
    audit_years: int = Field(
        default=10,
        ge=5,
        description="How many years the audit trail is kept; what is older is removed by `retention_decision` alone.",
    )
    staff_named_in_extracts: str = Field(
        default="",
        description="Care providers (HSA-ids with blanks between) that tell a patient by name who looked; others tell "
        "the unit only.",
    )
    ldap_uri: str | None = Field(
        default=None,
        description=(
            "The directory server of yours that holds the directory: `ldaps://host`, or `ldap://host` with StartTLS. "
            "Two with a blank between are mirrors; the first that answers serves. Unset means the embedded one."
        ),
    )
    ldap_bind_dn: str = Field(default=SERVICE_DN, description="As whom we log in there by a password.")
    ldap_password_file: Path | None = Field(
        default=None, description="The file whose one line is that password; read at every login."
    )
    ldap_certificate_file: Path | None = Field(
        default=None, description="Our certificate (PEM), by which we log in there in place of a password."
    )
    ldap_key_file: Path | None = Field(default=None, description="The key of that certificate (PEM).")
    ldap_ca_file: Path | None = Field(
        default=None,
        description="Who issued the certificate of a server of yours (PEM); unset means any whom the system trusts.",
    )
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of a PostgreSQL database; unset means SQLite in `data`.",
    )
    max_body_bytes: int = Field(
        default=64 * 1024 * 1024,
        ge=1024,
        description="The largest upload that is accepted (staff lists); other bodies are bounded to 1 MiB.",
    )
    request_deadline_seconds: float = Field(
        default=30.0, gt=0, description="How long a client may take to send its request before it is cut off."
    )
    followers_at_most: int = Field(
        default=500, ge=1, description="How many may follow the directory's changes at once, by streams or long polls."
    )
    followers_per_caller: int = Field(
        default=20, ge=1, description="How many of those may be one application, or one person through an application."
    )

    plans_waiting_at_most: int = Field(
        default=10_000, ge=1, description="How many planned changes may wait for their dates at once."
    )
    plans_waiting_per_caller: int = Field(
        default=1_000,
        ge=1,
        description="How many of those may be one person's, or one application's that plans for itself.",
    )

    @field_validator("ldap_uri")
    @classmethod
    def _names_servers(cls, given: str | None) -> str | None:
        uris = (given or "").split()
        try:
            parsed = [parse_url(uri) for uri in uris]
        except InvalidValue as refusal:
            raise ValueError(refusal.description) from refusal
        if len(parsed) > 2 or len(set(parsed)) < len(parsed):
            raise ValueError("one server, or two different ones that mirror each other")
        return " ".join(parsed) or None

    @field_validator("database_url")
    @classmethod
    def _names_a_database(cls, given: str | None) -> str | None:
        if given is None:
            return None
        try:
            url = make_url(given)
            url.get_dialect().import_dbapi()
            kind = url.get_backend_name()
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
            kind = None
        if kind not in ("postgresql", "sqlite"):
            raise ValueError("write it as `postgresql+psycopg://user:password@host/database`, or leave it out")
        return given

    @model_validator(mode="after")
    def _says_how_to_log_in(self) -> "Settings":
        certificate = self.ldap_certificate_file, self.ldap_key_file
        if (certificate[0] is None) != (certificate[1] is None):
            raise ValueError("`ldap_certificate_file` and `ldap_key_file` belong together")
        if self.ldap_uri is not None and (self.ldap_password_file is None) == (certificate[0] is None):
            raise ValueError("`ldap_uri` needs `ldap_password_file`, or `ldap_certificate_file` and `ldap_key_file`")
        return self

    @property
    def ldap_uris(self) -> tuple[str, ...]:
        """The directory servers of yours; none means the embedded one."""
        return tuple((self.ldap_uri or "").split())

    @field_validator("retention_decision")
    @classmethod
    def _demand_a_number(cls, decision: str) -> str:
        """What was meant to turn it off must not turn it on."""
        text = decision.strip()
        if text and (
            len(text) < _SHORTEST_DECISION or not text.isprintable() or not any(each.isdigit() for each in text)
        ):
            raise ValueError(
                f"write the decision as it is registered, with its number, in at least {_SHORTEST_DECISION} characters "
                "(as `Arkivnämnden, dnr 17`); leave it out to erase nothing"
            )
        return text

    @field_validator("retention_decisions")
    @classmethod
    def _name_members(cls, decisions: dict[str, str]) -> dict[str, str]:
        """By the member's HSA-id in upper case; who has an empty one has none. That the members are known is found out
        when the directory is (``hub.archive_authorities``)."""
        found: dict[str, str] = {}
        for name, decision in decisions.items():
            try:
                member = HsaId.parse(name)
            except InvalidValue as refusal:
                raise ValueError(f"`{name[:40]}` names no member: {refusal.description}") from refusal
            if member.key in found:
                raise ValueError(f"`{member}` stands there twice")
            if len(decision) > _DECISION_LENGTH:
                raise ValueError(f"the decision of `{member}` is longer than {_DECISION_LENGTH} characters")
            try:
                found[member.key] = cls._demand_a_number(decision)
            except ValueError as error:
                raise ValueError(f"of `{member}`: {error}") from error
        return {member: decision for member, decision in found.items() if decision}

    @property
    def sql_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'tillit.db'}"

    @classmethod
    def from_file(cls, path: Path) -> "Settings":
        """Read ``path`` and the environment. Raises pydantic's ``ValidationError``, which names each bad setting."""

        class FromFile(cls):  # type: ignore[misc, valid-type]  # pydantic-settings chooses its sources by subclass
            @classmethod
            def settings_customise_sources(
                cls,
                settings_cls: type[BaseSettings],
                init_settings: PydanticBaseSettingsSource,
                env_settings: PydanticBaseSettingsSource,
                dotenv_settings: PydanticBaseSettingsSource,
                file_secret_settings: PydanticBaseSettingsSource,
            ) -> tuple[PydanticBaseSettingsSource, ...]:
                return env_settings, TomlConfigSettingsSource(settings_cls, path)

        settings: Settings = FromFile()
        return settings


def commented_toml(issuer: str, data: Path) -> str:
    """A configuration file with every setting, its meaning and its default."""
    given = {"issuer": issuer, "data": str(data)}
    lines = ["# Tillit's settings. Every one may also be given as an environment variable TILLIT_<NAME>.", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}")
        value = given.get(name, None if field.is_required() else field.default)
        written = f'"{value}"' if isinstance(value, str) else value
        lines += [f'# {name} = ""' if value is None else f"{name} = {written}", ""]
    return "\n".join(lines)
