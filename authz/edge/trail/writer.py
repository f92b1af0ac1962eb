"""Writes the trail: one thread, group commit. An answer waits until its record is on the disk (``O_DSYNC``).

Whoever appends gets a future that is completed only when the record is durable. When the device cannot write, every
waiting and later append fails with ``TrailUnavailable`` until ``revive`` has worked: nothing is permitted meanwhile.
One process writes a folder; a second is refused.
"""

import asyncio
import fcntl
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.edge.trail.checkpoints import Checkpoint, sign_checkpoint
from authz.edge.trail.lines import CHECKPOINT, GENESIS, MAX_LINE_BYTES, RECORD, RESUMED, SEGMENT, make_line
from authz.edge.trail.repair import TrailEnd, find_end
from authz.edge.trail.segments import header_body, segment_path, stamp, sync_folder, write_all
from authz.ports import Receipt
from authz.refusals import TrailBusy, TrailOverloaded, TrailUnavailable
from vocabulary.clock import Clock

SEGMENT_BYTES: Final = 64 * 1024 * 1024
CHECKPOINT_EVERY: Final = 10_000
QUEUE_LIMIT: Final = 20_000
MAX_RECORD_BYTES: Final = MAX_LINE_BYTES - 1024
_DURABLE_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_DSYNC | os.O_CLOEXEC

Done = Future[Receipt] | asyncio.Future[Receipt]


class AuditTrail:
    """The one writer of ``folder``. ``start`` before the first append; ``close`` signs a last checkpoint.

    ``key`` signs checkpoints: after every ``checkpoint_every`` records, at rotation and at close. A segment is rotated
    when it reaches ``segment_bytes`` and when a month (UTC) ends. ``queue_limit`` bounds the records that wait.
    """

    def __init__(
        self,
        folder: Path,
        key: Ed25519PrivateKey,
        clock: Clock,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        checkpoint_every: int = CHECKPOINT_EVERY,
        queue_limit: int = QUEUE_LIMIT,
    ) -> None:
        self._folder, self._key, self._clock = folder, key, clock
        self._segment_bytes, self._checkpoint_every, self._queue_limit = segment_bytes, checkpoint_every, queue_limit
        self._wake = threading.Condition()
        self._waiting: list[tuple[Sequence[bytes], Done]] = []
        self._waiting_records = 0
        self._failure: str | None = "the audit trail is not started"
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._lock_file: int | None = None
        self._file: int | None = None
        self._size = self._sequence = self._unsigned = 0
        self._digest, self._month = GENESIS, ""
        self._latest: Checkpoint | None = None
        self._listeners: list[Callable[[Checkpoint], None]] = []

    # -- life ---------------------------------------------------------------------------------------------------

    def start(self) -> TrailEnd:
        """Repair the end, open the last segment and begin to write. Says what was found there.

        Raises ``TrailBusy`` when another process writes this folder, ``TrailUnavailable`` when it cannot be written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._take_lock()
            end = self._open()
        except OSError as error:
            self._release()
            raise TrailUnavailable("the audit trail cannot be written", detail=str(error)) from error
        self._failure = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="audit-trail", daemon=True)
        self._thread.start()
        return end

    def close(self) -> Checkpoint | None:
        """Write what waits, sign a last checkpoint and let go of the folder. Gives the latest checkpoint."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with self._wake:
            if self._failure is None:
                self._failure = "the audit trail is closed"
        self._release()
        return self._latest

    def revive(self) -> bool:
        """Try again after a failure: cut the file back to what was answered and go on. True when it writes again."""
        with self._wake:
            if self._failure is None:
                return True
            if self._thread is None or self._stopping:
                return False
            try:
                if self._file is not None:
                    os.ftruncate(self._file, self._size)
                    os.close(self._file)
                    self._file = None
                self._open()
            except OSError as error:
                self._failure = str(error)
                return False
            self._failure = None
            return True

    @property
    def failure(self) -> str | None:
        """Why nothing can be appended now, or ``None``. For readiness checks and our own log."""
        return self._failure

    @property
    def latest_checkpoint(self) -> Checkpoint | None:
        return self._latest

    def on_checkpoint(self, listener: Callable[[Checkpoint], None]) -> None:
        """Have every new checkpoint handed over, in the writer's thread: to be kept elsewhere. Must not raise."""
        self._listeners.append(listener)

    # -- appending ----------------------------------------------------------------------------------------------

    def append(self, records: Sequence[bytes]) -> Future[Receipt]:
        """For threads: a future of the receipt. Records are JSON objects in UTF-8 on one line; all or none.

        Raises ``TrailUnavailable`` or ``TrailOverloaded`` at once, or through the future.
        """
        done: Future[Receipt] = Future()
        self._enqueue(records, done)
        return done

    async def appended(self, records: Sequence[bytes]) -> Receipt:
        """The same for asyncio: returns when durable. All futures of one loop are woken together per batch."""
        done = asyncio.get_running_loop().create_future()
        self._enqueue(records, done)
        receipt: Receipt = await done
        return receipt

    def _enqueue(self, records: Sequence[bytes], done: Done) -> None:
        for record in records:
            if len(record) > MAX_RECORD_BYTES or b"\n" in record:
                raise TrailUnavailable("the audit record is too large or malformed")
        with self._wake:
            if self._failure is not None or self._stopping:
                raise TrailUnavailable("the audit trail cannot be written", detail=self._failure)
            if self._waiting_records + len(records) > self._queue_limit:
                raise TrailOverloaded("too many audit records wait to be written")
            self._waiting.append((records, done))
            self._waiting_records += len(records)
            self._wake.notify()

    # -- the writer's thread ------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._stopping:
                    self._wake.wait()
                batch, self._waiting, self._waiting_records = self._waiting, [], 0
                if not batch and self._stopping:
                    break
                failure = self._failure
            if failure is None:
                try:
                    receipts = self._write(batch)
                except Exception as error:  # noqa: BLE001  # Whatever goes wrong here must deny, never hang an answer.
                    failure = f"{type(error).__name__}: {error}"
                    with self._wake:
                        self._failure = failure
            if failure is None:
                _complete([(done, receipt) for (_, done), receipt in zip(batch, receipts, strict=True)])
            else:
                _fail([done for _, done in batch], failure)
        if self._failure is None and self._unsigned:
            try:
                self._commit_checkpoint()
            except OSError as error:
                self._failure = str(error)

    def _write(self, batch: list[tuple[Sequence[bytes], Done]]) -> list[Receipt]:
        """One write and one sync for the whole batch. After an ``OSError`` the chain stands where it stood before."""
        at = self._clock.now()
        if self._file is None or self._size >= self._segment_bytes or _month(at) != self._month:
            self._rotate(at)
        before = (self._sequence, self._digest, self._unsigned)
        lines: list[bytes] = []
        receipts: list[Receipt] = []
        made: list[Checkpoint] = []
        for records, _ in batch:
            first = last = self._sequence + 1
            for record in records:
                last = self._sequence + 1
                lines.append(self._next(RECORD, record))
                self._unsigned += 1
                if self._unsigned >= self._checkpoint_every:
                    line, checkpoint = self._sign()
                    lines.append(line)
                    made.append(checkpoint)
            receipts.append(Receipt(first, last))
        try:
            self._put(b"".join(lines))
        except BaseException:
            self._sequence, self._digest, self._unsigned = before
            raise
        for checkpoint in made:
            self._announce(checkpoint)
        return receipts

    def _next(self, kind: bytes, body: bytes) -> bytes:
        line, self._digest = make_line(self._digest, self._sequence + 1, kind, body)
        self._sequence += 1
        return line

    def _sign(self) -> tuple[bytes, Checkpoint]:
        made = sign_checkpoint(self._key, self._sequence, self._digest, stamp(self._clock.now()))
        line = self._next(CHECKPOINT, made.text.encode())
        self._unsigned = 0
        return line, made

    def _commit_checkpoint(self) -> None:
        line, made = self._sign()
        self._put(line)
        self._announce(made)

    def _sign_now(self) -> None:
        """After an ``OSError`` the chain stands where it stood before."""
        before = (self._sequence, self._digest, self._unsigned)
        try:
            self._commit_checkpoint()
        except OSError:
            self._sequence, self._digest, self._unsigned = before
            raise

    def _put(self, data: bytes) -> None:
        assert self._file is not None
        # INVARIANT (written is durable): the file is open with O_DSYNC. One call instead of write and fdatasync, since
        # this thread may wait for the interpreter after each.
        write_all(self._file, data)
        self._size += len(data)

    def _announce(self, made: Checkpoint) -> None:
        self._latest = made
        for listener in self._listeners:
            listener(made)

    def _rotate(self, at: datetime) -> None:
        if self._file is not None:
            self._sign_now()
            os.close(self._file)
            self._file = None
        self._create(at)

    def _create(self, at: datetime) -> None:
        first = self._sequence + 1
        body = header_body(first, self._digest, stamp(at), self._checkpoint_every)
        line, digest = make_line(self._digest, first, SEGMENT, body)
        path = segment_path(self._folder, first)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | _DURABLE_APPEND, 0o600)
        try:
            write_all(descriptor, line)
            os.fsync(descriptor)
            sync_folder(self._folder)
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        self._file, self._size, self._month = descriptor, len(line), _month(at)
        self._sequence, self._digest = first, digest

    def _open(self) -> TrailEnd:
        end = find_end(self._folder)
        self._sequence, self._digest, self._unsigned = end.sequence, end.digest, end.records_since_checkpoint
        if end.segment is None:
            self._create(self._clock.now())
        else:
            self._file, self._size = os.open(end.segment.path, _DURABLE_APPEND), end.size
            self._month = end.opened_month
        if end.set_aside_bytes:
            body = b'{"set_aside_bytes":%d,"set_aside_lines":%d,"sha256":"%b"}' % (
                end.set_aside_bytes,
                end.set_aside_lines,
                end.set_aside_digest.encode(),
            )
            before = (self._sequence, self._digest)
            try:
                self._put(self._next(RESUMED, body))
            except OSError:
                self._sequence, self._digest = before
                raise
        if self._unsigned >= self._checkpoint_every:
            # The crash took the checkpoint that was due and left the records before it.
            self._sign_now()
        return end

    def _take_lock(self) -> None:
        descriptor = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise TrailBusy("another process writes this audit trail") from None
        self._lock_file = descriptor

    def _release(self) -> None:
        for descriptor in (self._file, self._lock_file):
            if descriptor is not None:
                os.close(descriptor)
        self._file = self._lock_file = None


def _month(at: datetime) -> str:
    return at.strftime("%Y-%m")


def _complete(done: list[tuple[Done, Receipt]]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Receipt], Receipt]]] = {}
    for future, receipt in done:
        if isinstance(future, Future):
            if future.set_running_or_notify_cancel():
                future.set_result(receipt)
        else:
            loops.setdefault(future.get_loop(), []).append((future, receipt))
    for loop, ready in loops.items():
        _in_loop(loop, _set_results, ready)


def _fail(done: list[Done], why: str) -> None:
    for future in done:
        error = TrailUnavailable("the audit trail cannot be written", detail=why)
        if isinstance(future, Future):
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        else:
            _in_loop(future.get_loop(), _set_error, future, error)


def _in_loop(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: object) -> None:
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        return  # The loop is closed: nobody waits there any more.


def _set_results(ready: list[tuple[asyncio.Future[Receipt], Receipt]]) -> None:
    for future, receipt in ready:
        if not future.done():
            future.set_result(receipt)


def _set_error(future: asyncio.Future[Receipt], error: TrailUnavailable) -> None:
    if not future.done():
        future.set_exception(error)
