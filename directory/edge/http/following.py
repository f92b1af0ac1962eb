"""One caller on her way through the feed: commit by commit, each told as she may see it at that very moment.

Boundary: in which form an answer goes out (a page, a stream of events) is ``changes`` and ``event_stream``.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from fastapi import Request
from pydantic_core import to_json

from directory.core.changes import Change, Commit
from directory.edge.http.commit_telling import CommitTeller, ToldChanges, Wanted
from directory.edge.http.doors import Authenticate
from directory.edge.http.followers import Followers
from directory.edge.http.shapes import Audience

_COMMITS_AT_ONCE = 20
_CHANGES_AT_ONCE = 200
"""A commit may hold ten thousand changes: it is told in parts, so that neither memory nor a thread is held for long."""


class Follower:
    """``at`` is the revision up to which she has been told all that she may see."""

    def __init__(
        self,
        request: Request,
        authenticate: Authenticate,
        see: Callable[[Request], Audience],
        followers: Followers,
        wanted: Wanted,
        since: int,
    ) -> None:
        self.request, self.followers, self.at = request, followers, since
        self._authenticate, self._see, self._wanted = authenticate, see, wanted
        self._ahead: deque[Commit] = deque()

    async def begin(self) -> None:
        """Raises what ``Feed.demand_known`` raises."""
        await self.followers.in_thread(partial(self.followers.feed.demand_known, self.at))

    async def next(self) -> Commit | None:
        """The commit after ``at``, or ``None`` when there is none yet. Raises what ``Feed.after`` raises."""
        if not self._ahead:
            feed = self.followers.feed
            if feed.reached <= self.at:
                return None
            self._ahead.extend(await self.followers.in_thread(partial(feed.after, self.at, _COMMITS_AT_ONCE)))
        return self._ahead.popleft() if self._ahead else None

    async def tell(self, commit: Commit) -> AsyncIterator[bytes]:
        """The commit as one line of JSON, in pieces, or nothing when there is nothing in it for the caller.

        Each piece is made when it is asked for, as the caller may see it then; so it raises the refusal of a token that
        does not hold any more, also in the middle. Afterwards she is ``at`` the commit.
        """
        begun, reread = False, set[str]()
        for position in range(0, len(commit.changes), _CHANGES_AT_ONCE):
            part = commit.changes[position : position + _CHANGES_AT_ONCE]
            head, told = await self.followers.in_thread(partial(self._part, commit, part, headed=not begun))
            reread |= told.reread
            if told.changes:
                yield (b"," if begun else _opened(head)) + b",".join(told.changes)
                begun = True
        if reread and not begun:
            head, _ = await self.followers.in_thread(partial(self._part, commit, (), headed=True))
            yield _opened(head)
        if reread or begun:
            yield b'],"reread":' + to_json(sorted(reread)) + b"}"
        self.at = commit.revision

    def recheck(self) -> None:
        """Raises the refusal of a token that does not hold any more."""
        self._authenticate(self.request)

    def _part(self, commit: Commit, changes: Sequence[Change], *, headed: bool) -> tuple[bytes, ToldChanges]:
        teller = CommitTeller(self._see(self.request), self._wanted)
        told = teller.changes(changes)
        wants_head = headed and (told.changes or not changes)
        return to_json(teller.head(commit)) if wants_head else b"", told


def _opened(head: bytes) -> bytes:
    return head.removesuffix(b"}") + b',"changes":['
