"""What decisions need from outside, in their own words: the directory, the registers, tokens, the audit trail.

An answer of ``UNKNOWN`` means that nobody could tell, and denies. Not for HTTP: its own needs stand in its edge.
"""

from authz.ports.audit_log import AuditLog, LogEntry, LogQuery, Visible
from authz.ports.notices import Notices, Told
from authz.ports.registers import (
    Act,
    Content,
    DelegationReport,
    DelegationTerms,
    End,
    Kind,
    LogReview,
    LogSample,
    Notice,
    PatientRecords,
    RegisterBook,
    Registers,
    Row,
    SealedPatient,
    Verdict,
    Weight,
)
from authz.ports.staff import ListedStaff, Staff, StaffLists, StaffView
from authz.ports.tokens import Applications, Subject, SubjectTokens
from authz.ports.trail import Receipt, Trail

__all__ = [
    "Act",
    "Applications",
    "AuditLog",
    "Content",
    "DelegationReport",
    "DelegationTerms",
    "End",
    "Kind",
    "ListedStaff",
    "LogEntry",
    "LogQuery",
    "LogReview",
    "LogSample",
    "Notice",
    "Notices",
    "PatientRecords",
    "Receipt",
    "RegisterBook",
    "Registers",
    "Row",
    "SealedPatient",
    "Staff",
    "StaffLists",
    "StaffView",
    "Subject",
    "SubjectTokens",
    "Told",
    "Trail",
    "Verdict",
    "Visible",
    "Weight",
]
