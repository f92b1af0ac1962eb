"""The decision alone, in process: ours beside Cedar on the same questions, each with the facts already gathered.

The questions are drawn by chance as for the tests (``tests/authz/oracle``): those that Cedar can be asked, permitted
and denied ones alike. Both must give the same answer to each before anything is measured. Cedar has what serves it
best: policies and entities parsed before, contexts as text, all questions in one call, no schema, and no line of ours
around it. Seconds are of the processor, since both compute in one thread and the machine is shared.
"""

import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice

import cedarpy

from authz.core.decide import decide
from bench.rows import Row, in_turns
from tests.authz.oracle.cedar_export import Asked, can_say, exported, preloaded, prepared
from tests.authz.oracle.generated import questions

_SEED, _DRAWN, _SECONDS = 20261127, 1_500, 4.0


def rows() -> Iterator[Row]:
    peer = f"cedarpy {version('cedarpy')}"
    asked = [(one.request, one.facts) for one in islice(questions(_SEED), _DRAWN) if can_say(one.request, one.facts)]
    requests, entities = exported(asked)
    policies, held = prepared(), preloaded(entities)

    def cedar() -> list[bool]:
        return [answer.allowed for answer in cedarpy.is_authorized_batch(requests, policies, held)]

    _need_equal([decide(*one).permit for one in asked], cedar())
    theirs = _per_second(cedar, len(asked))
    yield Row(
        "decision in process, every rule's vote", "decisions/s",
        *in_turns(_per_second(lambda: [decide(*one).permit for one in asked], len(asked)), theirs), peer, 10.0,
    )  # fmt: skip
    yield Row(
        "the same, findings spelled out", "decisions/s",
        *in_turns(_per_second(lambda: _spelled_out(asked), len(asked)), theirs), peer, 10.0,
    )  # fmt: skip


def _spelled_out(asked: list[Asked]) -> None:
    for request, facts in asked:
        decision = decide(request, facts)
        assert decision.findings[0].citation


def _per_second(answer: Callable[[], object], count: int) -> Callable[[], float]:
    def measured() -> float:
        times, begun = 0, time.process_time()
        while (passed := time.process_time() - begun) < _SECONDS:
            answer()
            times += 1
        return times * count / passed

    return measured


def _need_equal(ours: list[bool], theirs: list[bool]) -> None:
    """Of two that answer differently, one would be measured doing something else."""
    if ours != theirs:
        raise RuntimeError("Cedar and we answer some question differently")
