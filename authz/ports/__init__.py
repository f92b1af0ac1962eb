"""What decisions need from outside, in their own words: the directory, the registers, tokens, the audit trail.

An answer of ``UNKNOWN`` means that nobody could tell, and denies. Not for HTTP: its own needs stand in its edge.
"""

from authz.ports.notices import Notices, Told
from authz.ports.packs import PackPolicies, PackState, PackVersion, RecordedDecisions
from authz.ports.registers import (
    Act,
    Content,
    DelegationReport,
    DelegationTerms,
    End,
    Kind,
    Notice,
    PatientRecords,
    RegisterBook,
    Registers,
    Row,
    SealedPatient,
    Weight,
)
from authz.ports.staff import Staff, StaffView
from authz.ports.tokens import Applications, Subject, SubjectTokens
from authz.ports.trail import Receipt, Trail

__all__ = [
    "Act",
    "Applications",
    "Content",
    "DelegationReport",
    "DelegationTerms",
    "End",
    "Kind",
    "Notice",
    "Notices",
    "PackPolicies",
    "PackState",
    "PackVersion",
    "PatientRecords",
    "Receipt",
    "RecordedDecisions",
    "RegisterBook",
    "Registers",
    "Row",
    "SealedPatient",
    "Staff",
    "StaffView",
    "Subject",
    "SubjectTokens",
    "Told",
    "Trail",
    "Weight",
]
