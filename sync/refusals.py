"""Why a staff list is not taken. Every one is an answer to the technician who sent it, with what to do next.

Refusal
├─ SyncRefusal
│  ├─ UnreadableList           the bytes are no staff list
│  │  ├─ EmptyFile
│  │  ├─ ListTooLarge
│  │  ├─ UnknownEncoding
│  │  ├─ NotAStaffList         the request's content type is not text/csv
│  │  ├─ MalformedCsv
│  │  ├─ MissingColumns
│  │  ├─ DuplicateColumns
│  │  ├─ UnevenRows
│  │  └─ DuplicateAnchors
│  ├─ InvalidSource, UnknownSource, SourceChanged
│  ├─ UnknownRun, RunInProgress, RunFailed, PreviewOutdated, ListDiffers
│  ├─ LeaversDiffer, LeaversNotConfirmed, Braked
│  ├─ MalformedRequest, ScopeMissing
│  └─ RegisterMoved, RegisterUnavailable, StepsRejected     raised by whoever keeps the port `StaffRegister`
"""

from vocabulary.refusals import Refusal


class SyncRefusal(Refusal):
    """Something about a staff list or its source."""

    code = "sync_refused"


class UnreadableList(SyncRefusal):
    """The bytes cannot be read as a staff list; nothing was planned."""

    code = "unreadable_list"


class EmptyFile(UnreadableList):
    code = "empty_file"


class ListTooLarge(UnreadableList):
    code = "list_too_large"


class UnknownEncoding(UnreadableList):
    code = "unknown_encoding"


class NotAStaffList(UnreadableList):
    code = "not_a_staff_list"


class MalformedCsv(UnreadableList):
    code = "malformed_csv"


class MissingColumns(UnreadableList):
    code = "missing_columns"


class DuplicateColumns(UnreadableList):
    code = "duplicate_columns"


class UnevenRows(UnreadableList):
    code = "uneven_rows"


class DuplicateAnchors(UnreadableList):
    code = "duplicate_anchors"


class InvalidSource(SyncRefusal):
    """The definition of a source breaks a rule."""

    code = "invalid_source"


class UnknownSource(SyncRefusal):
    """No such source, or the caller may not know of it."""

    code = "unknown_source"


class SourceChanged(SyncRefusal):
    """The source is no longer what the caller last read."""

    code = "source_changed"


class UnknownRun(SyncRefusal):
    """No such run, or the caller may not know of it."""

    code = "unknown_run"


class RunInProgress(SyncRefusal):
    code = "run_in_progress"


class RunFailed(SyncRefusal):
    code = "run_failed"


class PreviewOutdated(SyncRefusal):
    """What the preview kept no longer suffices to carry it out."""

    code = "preview_outdated"


class ListDiffers(SyncRefusal):
    """The bytes are not those that were previewed."""

    code = "list_differs"


class LeaversDiffer(SyncRefusal):
    """Since the preview, the set of people who would leave has become another."""

    code = "leavers_differ"


class LeaversNotConfirmed(SyncRefusal):
    """``confirm_leavers`` names another number than the plan's."""

    code = "leavers_not_confirmed"


class Braked(SyncRefusal):
    """The list looks empty, cut in half or broken, and nobody has confirmed it."""

    code = "braked"


class MalformedRequest(SyncRefusal):
    """The body is not the JSON that it should be."""

    code = "malformed_request"


class ScopeMissing(SyncRefusal):
    code = "insufficient_scope"


class RegisterMoved(SyncRefusal):
    """The directory has passed the expected revision: nothing was carried out."""

    code = "register_moved"


class RegisterUnavailable(SyncRefusal):
    """The directory did not answer: whether the steps were carried out is unknown until the run is settled."""

    code = "register_unavailable"


class StepsRejected(SyncRefusal):
    """The directory refuses the steps for a reason of its own: nothing was carried out."""

    code = "steps_rejected"
