"""How the directory grows: everything at 100 000 people and at 1 000 000, where ten times as much is to be reached.

Takes a quarter of an hour, 8 GB of memory and 10 GB of disk. The million is brought in past the program (``offline``);
how long making people takes is measured upon it.
"""

from collections.abc import Iterator

from bench.county import a_county, served
from bench.crowd import hsa_id
from bench.directory import lookup, made, memory, ready, search
from bench.offline import fill
from bench.rows import Row

FEW, MANY, SOME = 100_000, 1_000_000, 5_000


def rows() -> Iterator[Row]:
    with a_county() as folder:
        fill(folder, 0, FEW - SOME)
        first = made(folder, FEW - SOME, FEW, 10.0)
        yield first
        with served(folder) as program:
            begun, held = ready(program, FEW, 20.0), memory(program, FEW, 300.0)
            yield from (begun, held, search(program, FEW, 0.02))
        fill(folder, FEW, MANY - SOME)
        yield made(folder, MANY - SOME, MANY, 2 * first.ours)
        with served(folder) as program:
            yield ready(program, MANY, 10 * begun.ours)
            yield memory(program, MANY, 10 * held.ours)
            yield search(program, MANY, 0.002)
            person = str(hsa_id("P", MANY // 2))
            url = f"{program.url}/api/v1/people/{person}"
            yield lookup(url, program.bearer(), program.ldap, person, f"look-up among {MANY:,} people")
