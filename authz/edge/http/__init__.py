"""Decisions and registers over HTTP: the AuthZEN decision point (raw ASGI) and the registers' routers (FastAPI)."""

from authz.edge.http.access import PATHS, access_app
from authz.edge.http.audit import audit_router
from authz.edge.http.blocks import blocks_router
from authz.edge.http.care_relationships import care_relationships_router
from authz.edge.http.consents import consents_router
from authz.edge.http.decisions import decisions_router
from authz.edge.http.delegations import delegations_router
from authz.edge.http.discharge_cases import discharge_cases_router
from authz.edge.http.disclosures import disclosures_router
from authz.edge.http.emergency_accesses import emergency_accesses_router
from authz.edge.http.lifts import lifts_router
from authz.edge.http.log_reviews import log_reviews_router
from authz.edge.http.notices import notices_router
from authz.edge.http.policy_packs import policy_packs_router
from authz.edge.http.responsibility_moves import responsibility_moves_router
from authz.edge.http.reverse_questions import reverse_questions_router
from authz.edge.http.service_recipients import service_recipients_router
from authz.edge.http.tasks import tasks_router

__all__ = [
    "PATHS",
    "access_app",
    "audit_router",
    "blocks_router",
    "care_relationships_router",
    "consents_router",
    "decisions_router",
    "delegations_router",
    "discharge_cases_router",
    "disclosures_router",
    "emergency_accesses_router",
    "lifts_router",
    "log_reviews_router",
    "notices_router",
    "policy_packs_router",
    "responsibility_moves_router",
    "reverse_questions_router",
    "service_recipients_router",
    "tasks_router",
]
