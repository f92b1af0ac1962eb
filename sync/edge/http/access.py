"""Who may do what with sources and runs. What a caller may not know of does not exist for her."""

from sync import Run, Source, Sync
from sync.refusals import ScopeMissing, UnknownRun, UnknownSource
from vocabulary.caller import Caller

ADMIN, SYNC = "tillit:admin", "tillit:sync"


def require_scope(caller: Caller) -> None:
    if not caller.scopes & {ADMIN, SYNC}:
        raise ScopeMissing(f"the token needs the scope `{SYNC}` or `{ADMIN}`")


def source_for(sync: Sync, caller: Caller, source_id: str) -> Source:
    source = sync.sources.find(source_id)
    if source is None or not caller.may_act_for(source.member):
        raise UnknownSource("there is no such source")
    return source


def run_for(sync: Sync, caller: Caller, run_id: str) -> Run:
    run = sync.runs.find(run_id)
    if run is None or not caller.may_act_for(run.member):
        raise UnknownRun("there is no such run")
    return run
