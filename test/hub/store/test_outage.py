"""The database of PostgreSQL is away: the hub waits, says so, and goes on by itself."""

import asyncio
import json

import aiohttp
import pytest
from conftest import ADMIN_TOKEN, person
from declared import context
from jupyterhub import orm
from postgresql import IN_POSTGRESQL, database
from sqlalchemy.exc import OperationalError


async def page(world, path="home", accept="text/html"):
    asked = {"url": f"{world.url}/hub/{path}", "headers": {"Accept": accept}}
    async with aiohttp.ClientSession() as session, session.get(**asked) as response:
        return response.status, response.headers.get("X-Away"), await response.text()


async def up(world, kind):
    """What the hub's own figures say."""
    status, text = await world.api("GET", "/../metrics")
    assert status == 200
    return f'jupyterhub_database_up{{kind="{kind}"}} 1.0' in text


async def test_while_it_is_away_the_hub_waits_and_says_so_and_goes_on_by_itself(there, server, capfd):
    there.declare(ada=person("ada"))
    await there.start_hub(**IN_POSTGRESQL)
    await there.start_server("ada")
    assert await up(there, "postgresql")
    away, spawner = context.current().outage, there.spawner("ada")
    server.stop()
    try:
        await there.until(lambda: away.away)
        status, header, text = await page(there)
        assert (status, header) == (503, "database")
        assert "The hub&#39;s database does not answer. Servers that run go on, and nothing is lost." in text
        status, _, text = await page(there, "api/users", "application/json")
        assert (status, json.loads(text)["away"]) == (503, "database")
        # A server that ends now is not forgotten before that can be written down.
        there.docker.containers["P-u-ada"].running = False
        assert await spawner.poll() is None
        assert "/user/ada" in there.proxy.routes
    finally:
        server.start()
    await there.until(lambda: not away.away)
    await there.until(lambda: not there.spawner("ada").active)
    assert (await there.api("GET", "/users/ada"))[1]["server"] is None
    await there.start_server("ada")
    assert (await page(there, "health"))[0] == 200
    log = capfd.readouterr().err
    assert log.count("The hub waits for it. Servers that run go on") == 1
    assert "jupyterhub: the database answers again, after" in log


async def test_a_hub_that_starts_while_it_is_away_waits_likewise(there, server):
    there.declare(ada=person("ada"))
    server.stop()
    seen = []

    def look() -> None:
        """From another thread: the hub's own loop waits."""

        async def asked():
            while not seen:
                try:
                    seen.append(await page(there))
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)

        asyncio.run(asked())
        server.start()

    looking = asyncio.get_running_loop().run_in_executor(None, look)
    await there.start_hub(**IN_POSTGRESQL)
    await looking
    assert seen[0][:2] == (503, "database")
    assert orm.Role.find(there.hub.db, "user")
    assert (await there.api("GET", "/users", token=ADMIN_TOKEN))[0] == 200


def test_a_lost_connection_is_no_refusal(server, url, tmp_path):
    server.stop()
    try:
        with pytest.raises(OperationalError):
            database(url, tmp_path).open()
    finally:
        server.start()
    assert list(tmp_path.iterdir()) == []
