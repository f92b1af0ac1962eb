"""The least assurance that the client takes.  (OpenID Connect Core 3.1.2.1; RFC 9470, 5)

``acr_values`` counts as a demand, not a wish: a weaker login than the weakest one named is refused. Levels are compared
exactly; when none of the names is a level of ours, no login here could meet the demand.
"""

from federation.core.authorization.draft import Draft
from federation.refusals import UnmetAuthentication
from vocabulary.assurance import AssuranceLevel, level_named


def assurance_is_known(draft: Draft) -> None:
    draft.level = draft.known_client().level
    asked = draft.one("acr_values")
    if asked is None:
        return
    known = {level_named(name) for name in asked.split(" ")} - {AssuranceLevel.NONE}
    if not known:
        raise UnmetAuthentication("`acr_values` names no level that is proven here")
    draft.level = max(draft.level, min(known))
