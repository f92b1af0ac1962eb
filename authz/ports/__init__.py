"""What decisions need from outside, in their own words: the directory, the registers, tokens, the audit trail.

An answer of ``UNKNOWN`` means that nobody could tell, and denies. Not for HTTP: its own needs stand in its edge.
"""

from authz.ports.case_records import CaseMessage, Disclosure, EmergencyReview, ReviewVerdict
from authz.ports.notices import Notices, Told
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
from authz.ports.worklists import Worklists

__all__ = [
    "Act",
    "Applications",
    "CaseMessage",
    "Content",
    "DelegationReport",
    "DelegationTerms",
    "Disclosure",
    "EmergencyReview",
    "End",
    "Kind",
    "Notice",
    "Notices",
    "PatientRecords",
    "Receipt",
    "RegisterBook",
    "Registers",
    "ReviewVerdict",
    "Row",
    "SealedPatient",
    "Staff",
    "StaffView",
    "Subject",
    "SubjectTokens",
    "Told",
    "Trail",
    "Weight",
    "Worklists",
]
