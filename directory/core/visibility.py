"""Who may see which attribute of which kind of entry: one table that HTTP, LDAP, search and exports all read.

Each attribute stands on exactly one list; an unlisted one is shown to nobody, and a test finds it. Whether an *entry*
may be seen at all (protected people, feigned ones, another member's administration) is asked before and elsewhere.
"""

from collections.abc import Mapping
from enum import IntEnum

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Function,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)


class Visibility(IntEnum):
    """From the widest to the narrowest circle; each sees what the wider ones see."""

    OPEN = 0
    """Everybody, without login: what stands on a sign outside."""
    STAFF = 1
    """Employees and applications that may read the directory."""
    ADMINISTRATORS = 2
    """Who administers the entry, or may read as an administrator."""
    NOBODY = 3
    """No reader: it serves look-ups inside the house only."""


def _table(**circles: str) -> Mapping[str, Visibility]:
    return {name: Visibility[circle.upper()] for circle, names in circles.items() for name in names.split()}


_PLACE_OPEN = (
    "description services telephone postal_address visiting_address opening_hours telephone_hours web_page public mail"
)

VISIBILITY: Mapping[type[Entry], Mapping[str, Visibility]] = {
    Member: _table(
        open="hsa_id name organisation_number mail telephone postal_address municipality_code web_page",
        staff="id_prefixes directory_contact assigns_people_of archived period",
    ),
    CareProvider: _table(open="hsa_id member name organisation_number capacity", staff="archived period"),
    Unit: _table(
        open="hsa_id member name short_name care_provider kind care_type municipality_code municipality_name route "
        f"coordinates visiting_hours drop_in_hours {_PLACE_OPEN}",
        staff="parent manager switchboard merged_into archived period",
        administrators="prescription_code source source_id",
    ),
    Function: _table(open=f"hsa_id member unit name {_PLACE_OPEN}", staff="archived period"),
    Person: _table(
        staff="hsa_id member full_name family_name given_name middle_name nickname title licences specialities mail "
        "telephone mobile switchboard position_code position description prescription_rights feigned archived period",
        administrators="licence_restrictions prescription_code protected source source_id merged_into",
        nobody="number_lookup",
    ),
    Assignment: _table(
        staff="hsa_id member unit name purpose rights memberships description archived period", administrators="source"
    ),
    AdminAssignment: _table(
        administrators="hsa_id member name areas duties memberships responsible description archived period"
    ),
    VideoEndpoint: _table(
        staff="hsa_id member name owner sip_uri h323_id dialed_digits gatekeeper_domain location telephone "
        "municipality_code description archived period"
    ),
    SystemRole: _table(
        staff="hsa_id member system role name description archived period", administrators="memberships"
    ),
    CodeTable: _table(open="hsa_id member table name codes archived period"),
}


def visible(kind: type[Entry], circle: Visibility) -> frozenset[str]:
    """The attributes of ``kind`` that somebody in ``circle`` may see."""
    return frozenset(name for name, needed in VISIBILITY[kind].items() if needed <= circle < Visibility.NOBODY)
