"""A poll that falls into the middle of a transaction loses nothing: slapd moves its cookie before it commits."""

from dataclasses import replace
from threading import Event, Thread

from directory.core.changes import Change
from directory.core.entries import Entry, Person
from directory.edge.ldap.store import LdapStore
from directory.ports import Delta
from tests.directory.ldap.parts import a_county
from vocabulary.hsa_id import HsaId

COMMITS = 40
PEOPLE_PER_COMMIT = 25


def test_who_polls_while_another_writes_ends_with_what_stands_there(store: LdapStore, other_store: LdapStore) -> None:
    county = a_county()
    pattern = next(entry for entry in county if isinstance(entry, Person))
    store.apply([Change(None, entry) for entry in county], 1)
    state = other_store.load()
    seen: dict[HsaId, Entry] = {entry.hsa_id: entry for entry in state.entries}
    cookie, written, complaints, whole = state.cookie, Event(), list[tuple[int, int]](), list[int]()

    def follow() -> None:
        nonlocal cookie
        revision = state.revision
        while not (written.is_set() and revision == COMMITS + 1):
            delta = other_store.poll(cookie)
            if delta.revision < revision:
                complaints.append((revision, delta.revision))
            if delta.complete:
                whole.append(delta.revision)
            cookie, revision = delta.cookie, delta.revision
            _take(seen, delta)

    follower = Thread(target=follow, daemon=True)
    follower.start()
    for commit in range(COMMITS):
        ids = [HsaId.parse(f"{pattern.hsa_id.prefix}-Z{commit:03}{n:03}") for n in range(PEOPLE_PER_COMMIT)]
        store.apply([Change(None, replace(pattern, hsa_id=hsa_id)) for hsa_id in ids], commit + 2)
    written.set()
    follower.join(60)

    assert not follower.is_alive()
    assert complaints == []
    assert whole == [], "what changed is asked for again, since reading a whole region takes longer than a transaction"
    assert seen == {entry.hsa_id: entry for entry in store.load().entries}


def _take(seen: dict[HsaId, Entry], delta: Delta) -> None:
    if delta.complete:
        seen.clear()
    for gone in delta.removed:
        seen.pop(gone, None)
    seen.update({entry.hsa_id: entry for entry in delta.changed})
