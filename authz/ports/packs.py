"""The policy packs of dependent applications: versions as kept, and those that decide now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

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


class RecordedDecisions(Protocol):
    def asked_by(self, space: str, since: datetime, by: str) -> Iterator[dict[str, Any]]:
        """The records of all that the application asked since then, oldest first. That ``by`` reads them is recorded
        first; raises ``TrailUnavailable`` when it cannot be."""
        ...
