"""The directory: members, care providers, units, people and assignments of the region, as of one revision.

Owns who there is and who holds which assignment, the journal of all changes, and the ids. Not for what an assignment
allows (``authz``), for logging in (``federation``), or for reading staff lists (``sync``).
"""

from directory.core.changes import Change, Commit
from directory.core.entries import Assignment, CareProvider, Entry, Member, Membership, Person, Unit
from directory.core.snapshot import Snapshot
from directory.core.view import Drift
from directory.directory import Condition, Directory

__all__ = [
    "Assignment",
    "CareProvider",
    "Change",
    "Commit",
    "Condition",
    "Directory",
    "Drift",
    "Entry",
    "Member",
    "Membership",
    "Person",
    "Snapshot",
    "Unit",
]
