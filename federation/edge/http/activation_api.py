"""The address at which an administrator gets an activation code for an employee."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from federation.actions.start_activation import StartActivation
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


class ActivationCode(BaseModel):
    """``activation_code`` is shown this once and kept by us only as a hash; absent after a dry run."""

    person: str = Field(description="The employee's HSA-id.")
    activation_code: str | None = Field(None, description="To be handed to the employee; opens `activate_at` once.")
    expires_at: str = Field(description="When the code opens nothing any more, ISO 8601 in UTC.")
    activate_at: str = Field(description="The page on which the code is typed.")


def router(start: StartActivation, issuer: str, authenticate: Callable[[Request], Caller]) -> APIRouter:
    """Scope `tillit:admin`, or `tillit:sync` for employees of one's own member; a person with her own token also needs
    an admin assignment for the employee."""
    made = APIRouter(tags=["people"])

    @made.post(
        "/api/v1/people/{hsa_id}/activation",
        status_code=201,
        summary="Issue an activation code for an employee's account",
        response_model=ActivationCode,
        response_model_exclude_none=True,
        responses={200: {"model": ActivationCode, "description": "Dry run: the code would be issued"}},
    )
    def issue_activation(request: Request, hsa_id: str, dry_run: bool = False) -> Any:
        issued = start(authenticate(request), HsaId.parse(hsa_id), dry_run=dry_run)
        body = ActivationCode(
            person=str(issued.person),
            activation_code=issued.code,
            expires_at=issued.expires_at.isoformat().replace("+00:00", "Z"),
            activate_at=f"{issuer}/login/activate",
        )
        status = 200 if dry_run else 201
        return JSONResponse(body.model_dump(exclude_none=True), status, {"Cache-Control": "no-store"})

    return made
