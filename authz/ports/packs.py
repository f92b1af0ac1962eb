"""The policy packs of dependent applications: versions as kept, and those that decide now."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from authz.core.packs.deciding import PackPolicy
from authz.core.unknown import Unknown


class PackState(StrEnum):
    """At most one version of an application is active; a retired one was."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class PackVersion:
    """One version of an application's pack. ``document`` is its JSON text and never changes; ``digest`` is the SHA-256
    (hex) of it. ``space`` is the application's client id, ``number`` counts its versions from 1."""

    id: str
    space: str
    number: int
    digest: str
    document: str
    state: PackState = PackState.DRAFT
    version: int = 1


class PackPolicies(Protocol):
    """Reading for decisions: from memory, never blocking."""

    def policy(self, space: str) -> PackPolicy | Unknown | None:
        """The application's active pack; ``None`` when it has none, ``UNKNOWN`` when nobody could tell."""
        ...

    def spaces(self) -> tuple[str, ...]:
        """Every application that ever had a version."""
        ...
