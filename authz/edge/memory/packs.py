"""The policy packs that decide now, by application: swapped whole, so that no question sees half a change."""

from collections.abc import Iterable, Mapping

from authz.actions.packs.read_document import read_kept
from authz.core.packs.deciding import PackPolicy
from authz.core.unknown import UNKNOWN, Unknown
from authz.ports import PackState, PackVersion, Row
from authz.refusals import InvalidPolicyPack

Policies = dict[str, PackPolicy | Unknown | None]


def with_changed(before: Mapping[str, PackPolicy | Unknown | None], rows: Iterable[Row]) -> Policies:
    """``before`` with the versions of ``rows`` as they now are. ``None`` is an application without an active one."""
    after: Policies = dict(before)
    active: dict[str, PackVersion] = {}
    for row in rows:
        content = row.content
        assert isinstance(content, PackVersion)
        if content.state is PackState.ACTIVE:
            active[content.space] = content
        elif content.space not in after or _is_of(after[content.space], content):
            after[content.space] = None
    for space, content in active.items():
        try:
            after[space] = PackPolicy.of(read_kept(content))
        except InvalidPolicyPack:
            after[space] = UNKNOWN  # Kept by a version of ours that reads more: nobody can tell what it says.
    return after


def _is_of(policy: PackPolicy | Unknown | None, content: PackVersion) -> bool:
    """Whether the policy is of this very version; an unreadable one may be."""
    return policy is UNKNOWN or (policy is not None and policy.pack.number == content.number)
