"""What has lost all meaning is removed, and nothing else."""

from sqlalchemy import func, select

from federation.edge.sql import tables
from federation.edge.sql.purge import purge_expired
from tests.federation.world import World


def test_only_what_is_over_is_removed(world: World) -> None:
    svp = world.register()
    world.log_in()
    tokens = world.tokens(svp, scope="openid commission offline_access")
    world.authorize(prompt="login", max_age="0")
    world.federation.end_access.of_token("t")
    purge_expired(world.engine, world.clock.now())
    assert world.token(svp, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 200

    world.clock.pass_(days=2)
    purge_expired(world.engine, world.clock.now())

    emptied = (tables.grants, tables.codes, tables.refresh_tokens, tables.interactions, tables.endings)
    with world.engine.connect() as connection:
        left = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in emptied]
    assert left == [0] * len(emptied)
