"""When the hub makes its database follow the list, and when there can be nothing new."""

import asyncio
from typing import Any

import pytest
from conftest import person
from jupyterhub import orm


@pytest.fixture
async def passes(world, monkeypatch) -> Any:
    """A hub with ada. @returns how many passes are made in the next second"""
    world.declare(ada=person("ada"), root=person("root", admin=True))
    hub = await world.start_hub()
    await world.until(lambda: hub.users.get("ada") is not None)
    made = []
    follow = hub.reconciler._follow_all
    monkeypatch.setattr(hub.reconciler, "_follow_all", lambda roster: made.append(roster) or follow(roster))

    async def counted() -> int:
        before = len(made)
        await asyncio.sleep(1)
        return len(made) - before

    await world.until(lambda: _none(counted))
    return counted


async def _none(counted: Any) -> bool:
    return await counted() == 0


async def test_what_the_hub_writes_is_looked_at_and_then_there_is_nothing_new(world, passes):
    orm.User.find(world.hub.db, "ada").admin = True
    world.hub.db.commit()
    assert await passes() > 0
    assert not orm.User.find(world.hub.db, "ada").admin
    await world.until(lambda: _none(passes))


async def test_another_list_is_followed_at_once(world, passes):
    world.declare(ada=person("ada", admin=True), root=person("root", admin=True))
    await world.until(lambda: orm.User.find(world.hub.db, "ada").admin)


async def test_what_others_write_is_found_a_little_later(world, passes, monkeypatch):
    with world.hub.db.get_bind().begin() as other:
        other.exec_driver_sql("UPDATE users SET admin = 1 WHERE name = 'ada'")
    world.hub.db.expire_all()
    assert await passes() == 0
    monkeypatch.setattr("declared.reconcile.AT_LEAST_EVERY", 0.1)
    await world.until(lambda: not orm.User.find(world.hub.db, "ada").admin)


async def test_while_a_server_is_not_as_it_must_be_every_pass_is_made(world, passes):
    world.declare(ada=person("ada", lifecycle="always-on"), root=person("root", admin=True))
    world.servers.delay = 3
    await world.until(lambda: world.docker.containers["P-u-ada"].running)
    assert await passes() > 1
    world.servers.delay = 0
    await world.until(lambda: world.spawner("ada").ready)
    await world.until(lambda: _none(passes))
