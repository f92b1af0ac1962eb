"""What an admin assignment can be for: one code per duty, and what each lets its holder do.

Boundary: the words and the table. Whether a holder may do a thing to an entry is decided by ``authz``.
"""

from enum import StrEnum


class Duty(StrEnum):
    """The duties that ``AdminAssignment.duties`` names."""

    ADMINISTER = "administer"
    """Everything below but licences: units, functions, people, assignments, endpoints, and who administers."""
    CREATE_ASSIGNMENTS = "create_assignments"
    """Make, change and end assignments; not say who holds them."""
    ASSIGN_PEOPLE = "assign_people"
    """Say who holds an assignment or a system role; not make or change one."""
    KEEP_LICENCES = "keep_licences"
    """Write what the licence register (HOSP) says of a person, and nothing else."""
    SEE_PROTECTED = "see_protected"
    """See people with protected personal data; given beside another duty."""
    READ = "read"
    """See everything that administrators see, change nothing."""
