"""Hides entries from whoever reads the server past us, by a mark that is no part of the entry (``tillitNotCurrent``).

slapd's access rules know no time: whose employment is over would stand in every mail program's address book. So a mark
follows the clock, and the access rules the mark. It says nothing to us: reading and drift leave it out.
"""

from collections.abc import Collection, Iterator
from itertools import islice

import ldap3

from directory.edge.ldap.entry_mapping import id_in
from directory.edge.ldap.fields import Values
from directory.edge.ldap.operations import ADD_VALUES, DELETE_VALUES, Modify
from directory.edge.ldap.transactions import OperationRefused, do_together
from vocabulary.hsa_id import HsaId

NOT_CURRENT = "tillitNotCurrent"
_AT_ONCE = 200


def marked(found: list[tuple[str, Values]]) -> dict[str, str]:
    """The DN of each object that has the mark, by its id's key; ``found`` is what a search for the mark gave."""
    ids = ((id_in(values), dn) for dn, values in found)
    return {hsa_id.key: dn for hsa_id, dn in ids if hsa_id is not None}


def turning(wanted: Collection[HsaId], has: dict[str, str], names: dict[HsaId, str]) -> Iterator[Modify]:
    """What makes ``wanted`` the ones that have the mark; ``names`` are the DNs of those that may lack it."""
    keys = {hsa_id.key for hsa_id in wanted}
    for hsa_id, dn in names.items():
        if hsa_id.key in keys and hsa_id.key not in has:
            yield Modify(dn, ((ADD_VALUES, "objectClass", (NOT_CURRENT,)),))
    for key, dn in has.items():
        if key not in keys:
            yield Modify(dn, ((DELETE_VALUES, "objectClass", (NOT_CURRENT,)),))


def turn(connection: ldap3.Connection, changes: Iterator[Modify]) -> int:
    """How many were turned. One that was changed meanwhile is left for the next time, with what came beside it."""
    turned = 0
    while some := list(islice(changes, _AT_ONCE)):
        try:
            do_together(connection, some)
        except OperationRefused:
            continue
        turned += len(some)
    return turned
