"""The operations that change a tree, as values that know their LDAP form (RFC 4511 4.6, 4.7 and 4.9).

INVARIANT (safe in a transaction): there are only these three. slapd 2.5.13 keeps a dangling pointer to the new parent
of a move that is queued in a transaction (it crashes, or moves to nowhere), and fails one that deletes the last child
of a parent. What moves is copied, what goes is marked: see ``change_plan``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.edge.ldap import ber

ADD_VALUES, DELETE_VALUES, REPLACE_VALUES = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Add:
    dn: str
    attributes: Mapping[str, Sequence[str | bytes]]

    def encoded(self) -> bytes:
        values = (ber.attribute(name, values) for name, values in self.attributes.items())
        return ber.element(0x68, ber.octets(self.dn), ber.element(ber.SEQUENCE, *values))


@dataclass(frozen=True, slots=True)
class Modify:
    """``changes`` are (one of the three verbs, attribute, values), done in order."""

    dn: str
    changes: tuple[tuple[int, str, Sequence[str]], ...]

    def encoded(self) -> bytes:
        changes = (
            ber.element(ber.SEQUENCE, ber.integer(verb, ber.ENUMERATED), ber.attribute(name, values))
            for verb, name, values in self.changes
        )
        return ber.element(0x66, ber.octets(self.dn), ber.element(ber.SEQUENCE, *changes))

    def marks(self, class_name: str) -> bool:
        """Whether this gives the object a class."""
        return any(name == "objectClass" and class_name in values for _, name, values in self.changes)


@dataclass(frozen=True, slots=True)
class Rename:
    """A new relative name at the same place; everything below comes along.

    The values of the old name stay: which of them go is said by a ``Modify``, since a two-valued name holds the id.
    """

    dn: str
    new_rdn: str

    def encoded(self) -> bytes:
        return ber.element(0x6C, ber.octets(self.dn), ber.octets(self.new_rdn), ber.boolean(False))


Operation = Add | Modify | Rename
