"""What stands in the store otherwise than in the journal, or cannot be read there.  (HSA, rule of quality 1)"""

from collections.abc import Iterator
from dataclasses import fields

from directory.core.entries import Entry
from directory.core.malformed import Malformed
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing
from directory.core.view import Drift

_NEVER_NAMED = frozenset({"number_lookup"})


def about_store(standing: Standing) -> Iterator[Finding]:
    unreadable = {one.hsa_id.key for one in standing.broken if one.hsa_id is not None and not one.served}
    for drift in standing.drift:
        # What cannot be read is told as such, with the reason.
        if drift.hsa_id.key not in unreadable:
            yield _drifting(drift)
    for one in standing.broken:
        yield _malformed(standing, one)


def _drifting(drift: Drift) -> Finding:
    if drift.journal is None:
        return Finding("only_in_store", drift.store, "somebody wrote it past the journal", began=drift.seen_at)
    if drift.store is None:
        served = "it is served as ended" if drift.believed else "so many are gone at once that it is served as before"
        return Finding("gone_from_store", drift.journal, served, began=drift.seen_at)
    return Finding("differs_in_store", drift.journal, _differing(drift.journal, drift.store), began=drift.seen_at)


def _differing(journal: Entry, store: Entry) -> str:
    """Which attributes differ; never how, since a value of the store may be anything. Beside what makes it drift, what
    only stands in another order is named too, other than by ``core.sameness``."""
    if type(journal) is not type(store):
        return "it is of another kind there"
    names = (each.name for each in fields(journal) if each.name not in _NEVER_NAMED)
    differing = [f"`{name}`" for name in names if getattr(journal, name) != getattr(store, name)]
    return f"{', '.join(differing)} differ" if differing else "it differs in what is shown to nobody"


def _malformed(standing: Standing, one: Malformed) -> Finding:
    entry = None if one.hsa_id is None else standing.truth.entry(one.hsa_id)
    code = "value_left_out" if one.served else "object_malformed"
    return Finding(code, entry, f"{one.problem} (`{one.where}`)", one.where)
