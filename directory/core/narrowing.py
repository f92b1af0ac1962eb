"""What is served of an entry that stands otherwise in the store than in the journal: what both of them allow.

INVARIANT (a foreign write grants nothing): the journal's entry is served, except that each limit that the store adds
counts at once: an earlier end, a membership or right taken away, an archived or protected mark. So a write past us can
shut somebody out within a second, and can let nobody in. An entry that is gone or unreadable in the store is served as
ended; one that only the store knows is not served at all. An administrator adopts or reverts the difference.
"""

from dataclasses import replace
from datetime import UTC, datetime

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Function,
    Member,
    Membership,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from vocabulary.period import Period

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def narrowed(journal: Entry, store: Entry | None) -> Entry:
    """What both allow. ``store`` is ``None``, or of another kind, when the entry is not there to be read."""
    match journal, store:
        case Person(), Person():
            return replace(
                journal,
                period=journal.period.within(store.period),
                licences=tuple(licence for licence in journal.licences if licence in store.licences),
                licence_restrictions=_either(journal.licence_restrictions, store.licence_restrictions),
                archived=journal.archived or store.archived,
                protected=journal.protected or store.protected,
                number_lookup=journal.number_lookup if store.number_lookup == journal.number_lookup else None,
            )
        case Assignment(), Assignment():
            return _narrowed_assignment(journal, store)
        case Unit(), Unit():
            lost = journal.care_provider != store.care_provider
            period = _none(journal.period) if lost else journal.period.within(store.period)
            return replace(journal, period=period, public=journal.public and store.public)
        case CareProvider(), CareProvider():
            other = (journal.capacity, journal.organisation_number) != (store.capacity, store.organisation_number)
            return replace(journal, period=_none(journal.period) if other else journal.period.within(store.period))
        case AdminAssignment(), AdminAssignment():
            return _narrowed_admin_assignment(journal, store)
        case SystemRole(), SystemRole():
            if (journal.system, journal.role) != (store.system, store.role):
                return ended(journal)
            return replace(
                journal,
                period=journal.period.within(store.period),
                memberships=_both(journal.memberships, store.memberships),
            )
        case Function(), Function():
            return replace(journal, period=journal.period.within(store.period), public=journal.public and store.public)
        case VideoEndpoint(), VideoEndpoint():
            return replace(journal, period=journal.period.within(store.period))
        case Member() | CodeTable(), _:
            return journal
        case _:
            return ended(journal)


def ended(entry: Entry) -> Entry:
    """The entry as one that counts at no instant."""
    match entry:
        case Member() | CodeTable():
            return entry
        case Person():
            return replace(entry, archived=True, period=_none(entry.period))
        case Unit() | Function():
            return replace(entry, period=_none(entry.period), public=False)
    return replace(entry, period=_none(entry.period))


def _narrowed_assignment(journal: Assignment, store: Assignment) -> Entry:
    if (journal.unit, journal.purpose) != (store.unit, store.purpose):
        return ended(journal)
    return replace(
        journal,
        period=journal.period.within(store.period),
        rights=tuple(right for right in journal.rights if right in store.rights),
        memberships=_both(journal.memberships, store.memberships),
    )


def _narrowed_admin_assignment(journal: AdminAssignment, store: AdminAssignment) -> Entry:
    """No areas at all mean the whole region, so that a store that lost some of them may not widen the rest."""
    if sorted(journal.areas) != sorted(store.areas):
        return ended(journal)
    return replace(
        journal,
        period=journal.period.within(store.period),
        duties=tuple(duty for duty in journal.duties if duty in store.duties),
        memberships=_both(journal.memberships, store.memberships),
    )


def _both(journal: tuple[Membership, ...], store: tuple[Membership, ...]) -> tuple[Membership, ...]:
    return tuple(
        Membership(ours.person, ours.period.within(theirs.period))
        for ours in journal
        for theirs in store
        if ours.person == theirs.person
    )


def _none(period: Period) -> Period:
    start = period.start or _LONG_AGO
    return Period(start, start)


def _either(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return ours + tuple(text for text in theirs if text not in ours)
