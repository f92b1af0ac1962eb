"""Which attribute of which kind of entry belongs to which class of attributes in the rules of administration.

One table; what is on no row is an ordinary attribute of the circle that may see it (``directory.core.visibility``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields

from authz.core.directory_words import AttributeClass, EntryKind
from directory.core.editing import SetBy, attributes
from directory.core.entries import NAMES, CareProvider, CodeTable, Entry, Member, Person
from directory.core.visibility import VISIBILITY, Visibility

CREDENTIALS = "credentials"
"""What somebody logs in with: no attribute of the directory, but part of who a person is."""

_NAMED: Mapping[str, AttributeClass] = {
    "protected": AttributeClass.PROTECTED,
    "period": AttributeClass.VALIDITY,
    "archived": AttributeClass.VALIDITY,
    "member": AttributeClass.PLACE,
    "parent": AttributeClass.PLACE,
    "unit": AttributeClass.PLACE,
    "owner": AttributeClass.PLACE,
    "care_provider": AttributeClass.PLACE,
    "memberships": AttributeClass.HOLDERS,
    "purpose": AttributeClass.AUTHORITY,
    "rights": AttributeClass.AUTHORITY,
    "areas": AttributeClass.AUTHORITY,
    "duties": AttributeClass.AUTHORITY,
    "system": AttributeClass.AUTHORITY,
    "role": AttributeClass.AUTHORITY,
    "number_lookup": AttributeClass.IDENTITY,
    "source": AttributeClass.IDENTITY,
    "source_id": AttributeClass.IDENTITY,
    "merged_into": AttributeClass.IDENTITY,
    # Whoever says of somebody that there is no such human hides her from ordinary answers.
    "feigned": AttributeClass.IDENTITY,
    CREDENTIALS: AttributeClass.IDENTITY,
    **dict.fromkeys(attributes(Person, SetBy.LICENCE_REGISTER), AttributeClass.LICENCES),
}
_OF_KIND: Mapping[tuple[type[Entry], str], AttributeClass] = {
    # A code of two digits makes a member the region's own, whose admin assignments may be for all fifteen.
    (Member, "municipality_code"): AttributeClass.REGISTRATION,
    (Member, "organisation_number"): AttributeClass.REGISTRATION,
    (Member, "id_prefixes"): AttributeClass.REGISTRATION,
    (CareProvider, "organisation_number"): AttributeClass.REGISTRATION,
    (CareProvider, "capacity"): AttributeClass.REGISTRATION,
    (CodeTable, "table"): AttributeClass.REGISTRATION,
    (CodeTable, "codes"): AttributeClass.REGISTRATION,
}
_ORDINARY: Mapping[Visibility, AttributeClass] = {
    Visibility.OPEN: AttributeClass.OPEN,
    Visibility.STAFF: AttributeClass.STAFF,
    Visibility.ADMINISTRATORS: AttributeClass.ADMINISTRATORS,
}

KINDS: Mapping[type[Entry], EntryKind] = {kind: EntryKind(name) for kind, name in NAMES.items()}


def class_of(kind: type[Entry], attribute: str) -> AttributeClass | None:
    """``None`` for what ``kind`` does not have, or what nobody may see and no row names: that is touched by nobody."""
    found = _OF_KIND.get((kind, attribute))
    if found is None and (attribute in VISIBILITY[kind] or attribute == CREDENTIALS):
        found = _NAMED.get(attribute)
    if found is None and attribute in VISIBILITY[kind]:
        found = _ORDINARY.get(VISIBILITY[kind][attribute])
    return found


def changed(before: Entry | None, after: Entry) -> frozenset[str]:
    """The attributes that differ; of a new entry those that do not have their default. The id is never one."""
    if before is None:
        return frozenset(
            each.name
            for each in fields(after)
            if each.name != "hsa_id" and (each.default is MISSING or getattr(after, each.name) != each.default)
        )
    return frozenset(
        each.name for each in fields(after) if getattr(before, each.name, None) != getattr(after, each.name)
    )


def classes(kind: type[Entry], names: Iterable[str]) -> frozenset[AttributeClass] | None:
    """The classes of all these attributes; those that only other kinds have are passed over.

    ``None`` when one of them is no attribute of any kind, or has no class: nobody may touch it.
    """
    wanted = set(names)
    found = {class_of(kind, name) for name in wanted if name in VISIBILITY[kind] or name == CREDENTIALS}
    if None in found or not wanted <= _EVERY_ATTRIBUTE:
        return None
    return frozenset(one for one in found if one is not None)


_EVERY_ATTRIBUTE = frozenset({CREDENTIALS}).union(*VISIBILITY.values())
