"""The duties of admin assignments: one code per duty, which the directory keeps and decisions understand.

Boundary: the words. What a duty lets its holder do to which entry is ``authz.core.administering``'s table.
"""

from enum import StrEnum


class Duty(StrEnum):
    """What an *administrativt medarbetaruppdrag* (hsaAdminCommission) may be for."""

    ADMINISTER = "administer"
    """Units, functions, people, assignments, endpoints, and who administers; with it making assignments, saying who
    holds them, and reading. Not licences, and not seeing protected people."""
    CREATE_ASSIGNMENTS = "create_assignments"
    """Make, change and end assignments; not say who holds them."""
    ASSIGN_PEOPLE = "assign_people"
    """Say who holds an assignment or a system role; not make or change one."""
    KEEP_LICENCES = "keep_licences"
    """Write what the licence register (HOSP) says of a person, and nothing else."""
    SEE_PROTECTED = "see_protected"
    """See people with protected personal data; given beside another duty, alone it gives nothing."""
    READ = "read"
    """See everything that administrators see, change nothing."""
