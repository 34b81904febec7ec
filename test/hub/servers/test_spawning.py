"""Start and stop of existing containers."""

import asyncio

from conftest import hub_section, person
from jupyterhub import orm


def server_token(world, name):
    return orm.APIToken.find(world.hub.db, world.token(name))


async def test_a_server_is_started_and_stopped_by_name(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    assert world.docker.containers["P-u-ada"].running
    assert world.proxy.routes["/user/ada"]["target"].startswith("http://127.0.0.1:")
    status, _ = await world.api("DELETE", "/users/ada/server")
    assert status == 204
    assert not world.docker.containers["P-u-ada"].running
    assert "/user/ada" not in world.proxy.routes
    assert {r for r in world.docker.requests if "P-u-ada" in r} == {
        "GET /containers/P-u-ada/json",
        "POST /containers/P-u-ada/start",
        "POST /containers/P-u-ada/stop",
    }


async def test_a_person_called_hub(world):
    world.declare(hub=person("hub"))
    await world.start_hub()
    browser = await world.log_in("hub")
    await world.start_server("hub")
    assert await browser.inside()


async def test_names_of_every_kind(world):
    names = ["a.b-c_d@e", "jürgen müller", "北" * 60, "😀", "محمد"]
    world.declare(**{f"p{n}": person(f"n{n}", name=name, login=name) for n, name in enumerate(names)})
    await world.start_hub()
    for name in names:
        await world.log_in(name.upper())
        await world.hub.users[name].spawn()
        assert world.spawner(name).server
        assert len(world.spawner(name).oauth_client_id) <= 255


async def test_the_servers_token_is_the_containers_own(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    token = server_token(world, "ada")
    assert token.note == "Server at /user/ada/"
    assert token.hashed.split(":")[1] == "1", "one round: it is checked at every request"
    assert set(token.scopes) == {"users:activity!user", "access:servers!server=ada/"}
    client = orm.OAuthClient
    row = world.hub.db.query(client).filter_by(identifier="jupyterhub-user-ada").one()
    assert "access:servers!server=ada/" in row.allowed_scopes
    assert row.description == "Server at /user/ada/"
    assert orm.compare_token(row.secret, world.token("ada"))
    # The token that JupyterHub created for the start must be gone.
    assert [t.note for t in world.hub.users["ada"].api_tokens] == ["Server at /user/ada/"]


async def test_what_a_server_does_by_itself_is_not_the_persons_activity(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    row = orm.User.find(world.hub.db, "ada")
    row.last_activity = None
    world.hub.db.commit()
    status, _ = await world.api("GET", "/user", token=world.token("ada"))
    assert status == 200
    assert row.last_activity is None


async def test_the_token_ends_with_the_server(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200
    await world.api("DELETE", "/users/ada/server")
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 403
    await world.start_server("ada")
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200


async def test_a_server_that_ended_by_itself_leaves_no_token(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    world.docker.containers["P-u-ada"].running = False
    await world.spawner("ada").poll_and_notify()
    assert server_token(world, "ada") is None
    assert not world.hub.users["ada"].spawner.active
    assert "/user/ada" not in world.proxy.routes


async def test_a_hub_restart_keeps_the_server_and_its_token_until_it_stops(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    await world.restart_hub()
    assert world.docker.containers["P-u-ada"].running
    await world.until(lambda: world.spawner("ada").ready)
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 200
    row = world.hub.db.query(orm.OAuthClient).filter_by(identifier="jupyterhub-user-ada").one()
    assert "access:servers!server=ada/" in row.allowed_scopes
    await world.api("DELETE", "/users/ada/server")
    assert not world.docker.containers["P-u-ada"].running
    assert (await world.api("GET", "/user", token=world.token("ada")))[0] == 403


async def test_names_and_ids_of_another_time_are_not_used(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    state = world.hub.users["ada"].spawner.orm_spawner.state
    assert state == {"container": "P-u-ada"}
    world.declare(ada=person("ada", container="P-u-ada2"))
    world.docker.containers["P-u-ada2"].running = True
    await world.until(lambda: world.spawner("ada").object_name == "P-u-ada2")
    await world.restart_hub()
    assert world.spawner("ada").object_name == "P-u-ada2"
    world.docker.containers["hub-of-somebody"] = world.container("x")
    world.spawner("ada").load_state(
        {"object_name": "hub-of-somebody", "object_id": "f00", "container": "hub-of-somebody"}
    )
    world.declare()
    await world.until(lambda: world.hub.users["ada"].spawner.person is None)
    assert world.hub.users["ada"].spawner.object_name in ("", "P-u-ada2")


async def test_a_container_that_is_missing_is_waited_for(world):
    world.declare(ada=person("ada"))
    del world.docker.containers["P-u-ada"]
    await world.start_hub()
    browser = await world.log_in("ada")
    spawning = asyncio.create_task(browser.spawn("ada"))
    await asyncio.sleep(1)
    world.docker.containers["P-u-ada"] = world.container("ada")
    await spawning
    await world.until(lambda: world.spawner("ada").ready)


async def test_a_container_that_stays_away_is_said_to_be_missing(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.UPDATE_PATIENCE", 0.2)
    world.declare(ada=person("ada"))
    del world.docker.containers["P-u-ada"]
    await world.start_hub()
    browser = await world.log_in("ada")
    status, page = await browser.spawn("ada")
    assert status == 503
    assert "Your server has no container" in page and "tell whoever looks after this hub" in page
    world.docker.containers["P-u-ada"] = world.container("ada")
    await browser.spawn("ada")
    await world.until(lambda: world.spawner("ada").ready)


async def test_what_docker_says_against_a_start_is_told(world):
    world.declare(ada=person("ada"))
    world.docker.containers["P-u-ada"].refusal = "mount source /srv/x does not exist"
    await world.start_hub()
    browser = await world.log_in("ada")
    status, page = await browser.spawn("ada")
    assert status == 503 and "/srv/x does not exist" in page


async def test_a_server_that_ends_while_starting_is_told_with_its_exit_code(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.1)
    world.declare(ada=person("ada"))
    container = world.docker.containers["P-u-ada"]
    container.starts, container.exit_code = False, 137
    await world.start_hub()
    browser = await world.log_in("ada")
    status, page = await browser.spawn("ada")
    assert status == 503 and "exit code 137" in page
    assert not world.spawner("ada").active


async def test_a_crash_loop_is_not_a_running_server(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.1)
    world.declare(ada=person("ada"))
    world.docker.containers["P-u-ada"].restarting = True
    world.servers.delay = 60
    await world.start_hub()
    browser = await world.log_in("ada")
    status, _ = await browser.spawn("ada")
    assert status == 503
    assert not world.docker.containers["P-u-ada"].running, "and it is stopped"


async def test_a_crash_loop_is_told_while_docker_calls_it_running(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.1)
    world.declare(ada=person("ada"))
    world.docker.containers["P-u-ada"].restarts_after_start = 1
    world.servers.delay = 60
    await world.start_hub()
    browser = await world.log_in("ada")
    status, page = await browser.spawn("ada")
    assert status == 503 and "Docker restarts it, and it ends again" in page
    assert not world.docker.containers["P-u-ada"].running, "and it is stopped"


async def test_restarts_of_earlier_times_do_not_count(world, monkeypatch):
    monkeypatch.setattr("declared.servers.spawner.LOOK_EVERY", 0.1)
    world.declare(ada=person("ada"))
    container = world.docker.containers["P-u-ada"]
    container.running, container.restarts = True, 3
    await world.start_hub()
    await world.log_in("ada")
    world.servers.delay = 1
    await world.start_server("ada")
    assert world.spawner("ada").ready


async def test_somebody_elses_token_is_not_taken(world):
    world.declare(ada=person("ada"), eve=person("eve"))
    world.docker.containers["P-u-eve"] = world.container("eve", token=world.token("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.log_in("eve")
    await world.start_server("ada")
    status, _ = await world.api("POST", "/users/eve/server")
    assert status == 503
    assert server_token(world, "ada").user.name == "ada"


async def test_ready_as_soon_as_it_answers(world):
    """JupyterHub's own wait would have asked half a dozen times by then, and might pause for three seconds."""
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    world.servers.delay = 4
    await world.start_server("ada")
    assert world.servers.knocks > 10


async def test_nobody_chooses_an_image(world):
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    status, _ = await world.api("POST", "/users/ada/server", json={"image": "evil"})
    assert status == 400
    assert not world.docker.containers["P-u-ada"].running


async def test_settings_for_dockerspawner_apply_still(world):
    world.declare(ada=person("ada"))
    await world.start_hub(hub=hub_section(extraConfig="c.DockerSpawner.http_timeout = 7"))
    await world.log_in("ada")
    assert world.spawner("ada").http_timeout == 7


async def test_many_start_and_stop_at_once(world):
    people = {f"p{n}": person(f"p{n}") for n in range(20)}
    world.declare(**people)
    await world.start_hub()
    for name in people:
        await world.log_in(name)
    await asyncio.gather(*(world.start_server(name) for name in people))
    assert all(world.docker.containers[f"P-u-{name}"].running for name in people)
    await asyncio.gather(*(world.api("DELETE", f"/users/{name}/server") for name in people))
    assert not any(world.docker.containers[f"P-u-{name}"].running for name in people)
