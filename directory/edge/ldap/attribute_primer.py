"""One entry that uses every attribute of ours, so that no transaction is ever the first to use one.

slapd 2.5.13 numbers attributes in the database when they are first used. A transaction that is aborted gives such a
number back, and slapd goes on believing it: the next attribute that is used first gets the same number, and what was
written under the one is read under the other, for good. What stands already was numbered already.

The entry stands among the accounts, where no reader sees it, and is nobody's: no kind of ours.
"""

import ldap3
from ldap3.core.results import RESULT_ENTRY_ALREADY_EXISTS, RESULT_NO_SUCH_OBJECT

from directory.edge.ldap.fields import ATTRIBUTES, PERIOD
from directory.edge.ldap.names import SERVICES
from directory.edge.ldap.transactions import SUCCESS, OperationRefused

PRIMER_DN = f"cn=attributes,{SERVICES}"
_CLASSES = ["top", "applicationProcess", "extensibleObject"]
_EPOCH, _SOMETHING = "19700101000000Z", "0"
_PARTICULAR = {
    "hsaIdentity": "SE0000000000-0",
    "tillitNumberLookup": "0:0",
    "cn": "attributes",
    **{attribute: _EPOCH for _, attribute in PERIOD},
}
# Beside the fields' own: what is written of an entry and never read. What names folders stands in the first entries.
PRIMED = (*(name for name in ATTRIBUTES if name != "objectClass"), "commUniqueId", "hsaAdminCommissionSector")


def primer() -> dict[str, list[str]]:
    """The attributes of the entry, each with a value that its syntax and the server's rules allow."""
    return {"objectClass": _CLASSES} | {name: [_PARTICULAR.get(name, _SOMETHING)] for name in PRIMED}


def primer_ldif() -> str:
    """The same, as it stands in a new server's first entries."""
    lines = (f"{name}: {value}" for name, values in primer().items() for value in values)
    return "\n".join((f"dn: {PRIMER_DN}", *lines, ""))


def prime(connection: ldap3.Connection) -> None:
    """See that the entry is there, whole. Raises ``OperationRefused`` when the server will not have it."""
    connection.search(PRIMER_DN, "(objectClass=*)", ldap3.BASE, attributes=["*"])
    held = {name.lower() for found in connection.response or () for name in found.get("raw_attributes", ())}
    wanted = primer()
    lacking = {name: values for name, values in wanted.items() if name.lower() not in held}
    if not lacking:
        return
    if connection.result["result"] == RESULT_NO_SUCH_OBJECT:
        connection.add(PRIMER_DN, attributes=wanted)  # type: ignore[no-untyped-call]  # the stubs lack it
    else:
        changes = {name: [(ldap3.MODIFY_REPLACE, values)] for name, values in lacking.items()}
        connection.modify(PRIMER_DN, changes)  # type: ignore[no-untyped-call]  # as above
    code = connection.result["result"]
    if code not in (SUCCESS, RESULT_ENTRY_ALREADY_EXISTS):  # Another process was faster.
        raise OperationRefused(None, code, str(connection.result["message"]))
