"""Who may, what may she, what may be done with it: the known subjects, resources and actions that a pack permits.

Every candidate is asked about as alone, so that a search equals its single questions. A pack knows no employees: those
are the directory's to list.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from authz.core.packs.asking import Told, decide_asked, fault_of
from authz.core.packs.deciding import PackPolicy
from authz.core.packs.pack import Asked, Pack


class Sought(StrEnum):
    """Which part of the question is open; what it holds of that part but the type is passed over."""

    SUBJECT = "subject"
    RESOURCE = "resource"
    ACTION = "action"


def candidates(pack: Pack, asked: Asked, sought: Sought) -> Iterator[Asked]:
    """Every whole question that the open one may mean, in order of id or name; none for a type that is unknown."""
    match sought:
        case Sought.SUBJECT:
            for of_type, subject in sorted(pack.known_subjects):
                if of_type == asked.subject_type:
                    yield replace(asked, subject_id=subject, subject_properties={})
        case Sought.RESOURCE:
            for of_type, resource in sorted(pack.known_resources):
                if of_type == asked.resource_type:
                    yield replace(asked, resource_id=resource, resource_properties={})
        case Sought.ACTION:
            found = pack.resources.get(asked.resource_type)
            for action in sorted(() if found is None else found.actions):
                yield replace(asked, action=action)


def permitted(policy: PackPolicy, asked: Asked, sought: Sought, told: Told) -> Iterator[Asked]:
    """Those of the candidates that are permitted now."""
    for candidate in candidates(policy.pack, asked, sought):
        if fault_of(policy.pack, candidate) is None and decide_asked(policy, candidate, told).permit:
            yield candidate
