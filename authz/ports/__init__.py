"""What decisions need from outside, in their own words: the directory, the registers, tokens, the audit trail.

An answer of ``UNKNOWN`` means that nobody could tell, and denies. Not for HTTP: its own needs stand in its edge.
"""

from authz.ports.audit_log import AuditLog, LogEntry, LogQuery, Visible
from authz.ports.case_records import CaseMessage, Disclosure, EmergencyReview, ReviewVerdict
from authz.ports.notices import Notices, Told
from authz.ports.packs import PackPolicies, PackState, PackVersion, RecordedDecisions
from authz.ports.registers import (
    Act,
    BlockLook,
    Content,
    DelegationReport,
    DelegationTerms,
    End,
    KeptRequest,
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
from authz.ports.worklists import Worklists

__all__ = [
    "Act",
    "Applications",
    "AuditLog",
    "BlockLook",
    "CaseMessage",
    "Content",
    "DelegationReport",
    "DelegationTerms",
    "Disclosure",
    "EmergencyReview",
    "End",
    "KeptRequest",
    "Kind",
    "ListedStaff",
    "LogEntry",
    "LogQuery",
    "LogReview",
    "LogSample",
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
    "ReviewVerdict",
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
    "Worklists",
]
