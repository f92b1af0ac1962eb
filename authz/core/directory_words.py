"""The words in which rules speak of the directory: kinds of entries, and classes of their attributes.

Boundary: which attribute of which kind belongs to which class is the directory's to say (``hub.bridges``); an
application that asks names the classes that it means to read or touch.
"""

from enum import StrEnum


class EntryKind(StrEnum):
    """The kinds of entries, by the directory's own names."""

    MEMBER = "member"
    CARE_PROVIDER = "care_provider"
    UNIT = "unit"
    FUNCTION = "function"
    PERSON = "person"
    ASSIGNMENT = "assignment"
    ADMIN_ASSIGNMENT = "admin_assignment"
    VIDEO_ENDPOINT = "video_endpoint"
    SYSTEM_ROLE = "system_role"
    CODE_TABLE = "code_table"


class AttributeClass(StrEnum):
    """What is read or touched of an entry. The first three are ordinary attributes, by who may see them."""

    OPEN = "open"
    STAFF = "staff"
    ADMINISTRATORS = "administrators"
    PROTECTED = "protected"
    """The mark of a person with protected personal data."""
    VALIDITY = "validity"
    """From when until when it counts, and whether it is put away."""
    PLACE = "place"
    """What it stands below, and which care provider or owner it belongs to."""
    HOLDERS = "holders"
    """Who holds an assignment, an admin assignment or a system role."""
    AUTHORITY = "authority"
    """What holding it lets one do: purpose and rights, areas and duties, system and role."""
    LICENCES = "licences"
    """What the licence register (HOSP) says."""
    IDENTITY = "identity"
    """Which human it is, or that there is none (a test person), and how she proves it: personal number, credentials,
    key in a staff list, merging."""
    REGISTRATION = "registration"
    """What makes a member or care provider the legal entity that it is: numbers, prefixes, codes, capacity."""


ORDINARY = frozenset({AttributeClass.OPEN, AttributeClass.STAFF, AttributeClass.ADMINISTRATORS})
SEEN_BY_STAFF = frozenset({AttributeClass.OPEN, AttributeClass.STAFF})
