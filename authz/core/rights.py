"""Whether an assignment's rights reach a piece of information: activity, type and scope.  (HSA hsaCommissionRight)

Boundary: a right is never a ground. It says how far the employer lets somebody go, not that the law does.
"""

from authz.core.facts import AssignmentInUse
from vocabulary.codes import EVERY_TYPE, Activity
from vocabulary.hsa_id import HsaId
from vocabulary.right import Scope

# Bound once: looking an enum's member up is slow, and this is asked for every decision.
_OWN_PROVIDER, _OTHER_PROVIDERS = Scope.OWN_PROVIDER, Scope.OTHER_PROVIDERS


def reaches(
    assignment: AssignmentInUse, activity: Activity, information_type: str | None, unit: HsaId, provider: HsaId
) -> bool:
    """True when one right matches in all three parts. The own unit is included in every scope; scopes are otherwise
    not cumulative. An unspecified type (``None``) is covered by ``alla`` alone."""
    same_provider = assignment.provider is not None and assignment.provider.key == provider.key
    own_unit = same_provider and assignment.unit is not None and assignment.unit.key == unit.key
    reaching = _OWN_PROVIDER if same_provider else _OTHER_PROVIDERS
    for right in assignment.rights:
        covered = right.information_type
        if right.activity is not activity or (covered != EVERY_TYPE and covered != information_type):
            continue
        scope = right.scope
        if own_unit or scope is reaching:
            return True
        if same_provider and isinstance(scope, HsaId) and scope.key == unit.key:
            return True
    return False
