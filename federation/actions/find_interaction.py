"""Find the authorization request that this browser is in the middle of."""

from datetime import datetime

from federation.core.interaction import Interaction
from federation.ports import Interactions
from federation.refusals import InteractionGone


def find_interaction(
    interactions: Interactions, interaction_id: str, browser_secret: str | None, now: datetime
) -> Interaction:
    """Raises ``InteractionGone`` for an unknown, expired or foreign one: the three look alike from outside."""
    found = interactions.find(interaction_id)
    if (
        found is None
        or browser_secret is None
        or not found.belongs_to(browser_secret)
        or not found.created_at <= now < found.expires_at
    ):
        raise InteractionGone("the login is no longer under way in this browser; start again from the application")
    return found
