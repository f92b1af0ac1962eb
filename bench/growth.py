"""How the directory grows: everything at 100 000 people and at 1 000 000, where ten times as much is to be reached.

Takes half an hour, 8 GB of memory and 12 GB of disk.
"""

from collections.abc import Iterator

from bench.county import a_county, grow, served
from bench.crowd import hsa_id
from bench.directory import lookup, made, memory, ready, search
from bench.rows import Row

FEW, MANY = 100_000, 1_000_000


def rows() -> Iterator[Row]:
    with a_county() as folder:
        grow(folder, 0, 90_000)
        first = made(folder, 90_000, FEW, 20.0)
        yield first
        with served(folder) as program:
            begun, held = ready(program, FEW, 20.0), memory(program, FEW, 300.0)
            yield from (begun, held, search(program, FEW, 1.0))
        grow(folder, FEW, MANY - 10_000)
        yield made(folder, MANY - 10_000, MANY, 2 * first.ours)
        with served(folder) as program:
            yield ready(program, MANY, 10 * begun.ours)
            yield memory(program, MANY, 10 * held.ours)
            yield search(program, MANY, 0.3)
            person = str(hsa_id("P", MANY // 2))
            url = f"{program.url}/api/v1/people/{person}"
            yield lookup(url, program.bearer, program.ldap, person, f"look-up among {MANY:,} people")
