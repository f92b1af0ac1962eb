"""What decisions need from outside, in their own words: the directory, the registers, tokens, the audit trail.

An answer of ``UNKNOWN`` means that nobody could tell, and denies. Not for HTTP: its own needs stand in its edge.
"""

from authz.ports.registers import (
    Act,
    Content,
    DelegationTerms,
    End,
    Kind,
    Notice,
    PatientRecords,
    RegisterBook,
    Registers,
    Row,
    SealedPatient,
)
from authz.ports.staff import Staff, StaffView
from authz.ports.tokens import Applications, Subject, SubjectTokens
from authz.ports.trail import Receipt, Trail

__all__ = [
    "Act",
    "Applications",
    "Content",
    "DelegationTerms",
    "End",
    "Kind",
    "Notice",
    "PatientRecords",
    "Receipt",
    "RegisterBook",
    "Registers",
    "Row",
    "SealedPatient",
    "Staff",
    "StaffView",
    "Subject",
    "SubjectTokens",
    "Trail",
]
