"""Many questions, put to the engine and another reading: ``python -m tests.authz.oracle.many --count 1000000``.

``--reading cedar`` puts them to Cedar instead of the naive reading, which takes ten times as long; those that Cedar
cannot be asked are left out and not counted. Prints progress and how each rule fared, then the first disagreements;
exit 1 when there is any. For a machine that has time, in several processes: the suite asks some thousands on every run.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice
from os import cpu_count
from secrets import randbelow

from tests.authz.oracle.cedar_compared import compared
from tests.authz.oracle.compared import answered, told
from tests.authz.oracle.generated import questions

PORTION = 20_000
SHOWN = 3

Result = tuple[int, Counter[tuple[bool, str]], list[str]]


def beside_naive(seed: int, count: int) -> Result:
    """How many were asked, how often each rule decided, and the disagreements, told."""
    decided: Counter[tuple[bool, str]] = Counter()
    apart: list[str] = []
    for number, question in enumerate(islice(questions(seed), count)):
        decision, differs = answered(question)
        decided[decision.permit, decision.rule] += 1
        if differs:
            apart.append(told(question, f"seed {seed}, question {number}"))
    return count, decided, apart


def beside_cedar(seed: int, count: int) -> Result:
    """The same of those that Cedar can be asked."""
    decided: Counter[tuple[bool, str]] = Counter()
    apart: list[str] = []
    for one in compared(islice(questions(seed), count)):
        decided[one.decision.permit, one.decision.rule] += 1
        if one.differs:
            apart.append(one.told(seed))
    return decided.total(), decided, apart


READINGS = {"naive": beside_naive, "cedar": beside_cedar}


def portions(seed: int, count: int) -> Iterator[tuple[int, int]]:
    """Seeds that follow each other, each for so many questions."""
    for start in range(0, count, PORTION):
        yield seed + start // PORTION, min(PORTION, count - start)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.authz.oracle.many", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="how many are drawn (default: %(default)s)")
    parser.add_argument("--reading", choices=READINGS, default="naive", help="beside which (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=None, help="after which no more are begun (default: never)")
    parser.add_argument("--seed", type=int, default=None, help="of the first portion (default: by chance)")
    parser.add_argument("--processes", type=int, default=cpu_count() or 1, help="at once (default: one per core)")
    wanted = parser.parse_args(arguments)
    seed = randbelow(2**32) if wanted.seed is None else wanted.seed
    asked, decided, apart, begun = 0, Counter[tuple[bool, str]](), list[str](), time.monotonic()
    with ProcessPoolExecutor(wanted.processes) as processes:
        waiting = [processes.submit(READINGS[wanted.reading], *one) for one in portions(seed, wanted.count)]
        for done in as_completed(waiting):
            if done.cancelled():
                continue  # The time was over before it was begun.
            count, rules, told_apart = done.result()
            asked, decided, apart = asked + count, decided + rules, apart + told_apart
            sys.stderr.write(f"{asked} asked of {wanted.count} drawn, {len(apart)} disagreements\n")
            if wanted.minutes is not None and time.monotonic() - begun > wanted.minutes * 60:
                for one in waiting:
                    one.cancel()
    for (permit, rule), count in sorted(decided.items()):
        sys.stdout.write(f"{count:9} {'permit' if permit else 'deny  '} {rule}\n")
    sys.stdout.writelines(f"\n{one}\n" for one in apart[:SHOWN])
    permits = sum(count for (permit, _), count in decided.items() if permit)
    sys.stdout.write(
        f"{asked} questions from seed {seed}: {permits} permits, {len(apart)} disagreements, "
        f"{time.monotonic() - begun:.0f} s in {wanted.processes} processes\n"
    )
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
