"""Authorization requests under way, in SQL."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from federation.core.interaction import AuthorizationRequest, Interaction, Prompt, ResponseMode
from federation.edge.sql import tables
from vocabulary.assurance import AssuranceLevel
from vocabulary.instants import from_us, to_us


class SqlInteractions:
    """Implements the port ``Interactions``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def open(self, interaction: Interaction) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                insert(tables.interactions).values(
                    id=interaction.id,
                    browser=interaction.browser,
                    request=_write(interaction.request),
                    created_at_us=to_us(interaction.created_at),
                    expires_at_us=to_us(interaction.expires_at),
                )
            )

    def find(self, interaction_id: str) -> Interaction | None:
        row = tables.interactions
        with self._reading.connect() as connection:
            found = connection.execute(select(row).where(row.c.id == interaction_id)).one_or_none()
        if found is None:
            return None
        return Interaction(
            found.id, found.browser, _read(found.request), from_us(found.created_at_us), from_us(found.expires_at_us)
        )

    def close(self, interaction_id: str) -> bool:
        row = tables.interactions
        with self._engine.begin() as connection:
            return connection.execute(delete(row).where(row.c.id == interaction_id)).rowcount == 1


def _write(request: AuthorizationRequest) -> str:
    return json.dumps(
        {
            "client_id": request.client_id,
            "redirect_uri": request.redirect_uri,
            "scopes": sorted(request.scopes),
            "code_challenge": request.code_challenge,
            "state": request.state,
            "nonce": request.nonce,
            "response_mode": request.response_mode,
            "prompts": sorted(request.prompts),
            "max_age_seconds": None if request.max_age is None else int(request.max_age.total_seconds()),
            "level": int(request.level),
            "claims": sorted(request.claims),
            "essential": sorted(request.essential),
        }
    )


def _read(document: str) -> AuthorizationRequest:
    row: dict[str, Any] = json.loads(document)
    return AuthorizationRequest(
        client_id=row["client_id"],
        redirect_uri=row["redirect_uri"],
        scopes=frozenset(row["scopes"]),
        code_challenge=row["code_challenge"],
        state=row["state"],
        nonce=row["nonce"],
        response_mode=ResponseMode(row["response_mode"]),
        prompts=frozenset(Prompt(one) for one in row["prompts"]),
        max_age=None if row["max_age_seconds"] is None else timedelta(seconds=row["max_age_seconds"]),
        level=AssuranceLevel(row["level"]),
        claims=frozenset(row["claims"]),
        essential=frozenset(row["essential"]),
    )
