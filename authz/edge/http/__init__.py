"""Decisions and registers over HTTP: the AuthZEN decision point (raw ASGI) and the registers' routers (FastAPI)."""

from authz.edge.http.access import PATHS, access_app
from authz.edge.http.blocks import blocks_router
from authz.edge.http.care_relationships import care_relationships_router
from authz.edge.http.consents import consents_router
from authz.edge.http.decisions import decisions_router
from authz.edge.http.delegations import delegations_router
from authz.edge.http.notices import notices_router
from authz.edge.http.policy_packs import policy_packs_router
from authz.edge.http.tasks import tasks_router

__all__ = [
    "PATHS",
    "access_app",
    "blocks_router",
    "care_relationships_router",
    "consents_router",
    "decisions_router",
    "delegations_router",
    "notices_router",
    "policy_packs_router",
    "tasks_router",
]
