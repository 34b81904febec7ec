"""Servers on the nodes of a Swarm: the launcher says what Docker would, and where each is."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from declared.gate import GateAway, Missing
from declared.nodes_gate import NodesGate
from declared.servers import on_nodes
from declared.servers.launching import LaunchingSpawner
from declared.servers.on_nodes import DeclaredNodeSpawner, NodeSpawner

ADA = "P-u-ada"


class Launcher:
    def __init__(self):
        self.found = {"Name": f"/{ADA}", "State": {"Running": True}, "Address": "10.130.0.130"}
        self.missing = False
        self.requests = []

    async def answer(self, request):
        self.requests.append(f"{request.method} {request.path}")
        if request.path.endswith("/version"):
            return web.json_response({"ApiVersion": "1.44"})
        if request.path.endswith("/containers/P-roster/json"):
            return web.json_response({"Name": "/P-roster"})
        if self.missing:
            return web.json_response({"message": f"no such container: {ADA}"}, status=404)
        if request.path.endswith("/log"):
            return web.Response(body=b"\x01\0\0\0\0\0\0\x02hi")
        return web.json_response(self.found)


@pytest.fixture
async def launcher():
    return Launcher()


@pytest.fixture
async def gate(launcher):
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", launcher.answer)
    async with TestServer(app) as server:
        yield NodesGate(f"tcp://127.0.0.1:{server.port}", "P-roster")


async def test_it_asks_the_launcher_of_servers_and_docker_of_the_roster(gate, launcher):
    assert (await gate.inspect("P-roster", 0))["Name"] == "/P-roster"
    assert await gate.running(ADA, 0) is None
    assert await gate.log(ADA) == b"\x01\0\0\0\0\0\0\x02hi"
    assert launcher.requests[-2:] == [f"GET /launcher/services/{ADA}", f"GET /launcher/services/{ADA}/log"]


async def test_it_knows_the_address_of_the_last_look(gate, launcher):
    assert gate.address(ADA) is None
    await gate.inspect(ADA, 0)
    assert gate.address(ADA) == "10.130.0.130"
    launcher.found["Address"] = "10.130.0.131"
    await gate.inspect(ADA, 0)
    assert gate.address(ADA) == "10.130.0.131"


async def test_an_address_that_it_had_before_is_not_knocked_at_again(gate, launcher):
    await gate.inspect(ADA, 0)
    launcher.found["Address"] = None  # It is on its way to another node.
    await gate.inspect(ADA, 0)
    assert gate.address(ADA) is None
    launcher.found["Address"] = "10.130.0.130"
    await gate.inspect(ADA, 0)
    launcher.missing = True
    with pytest.raises(Missing):
        await gate.inspect(ADA, 0)
    assert gate.address(ADA) is None


async def test_missing_is_missing_and_another_name_is_no_answer(gate, launcher):
    launcher.missing = True
    with pytest.raises(Missing):
        await gate.inspect(ADA, 0)
    with pytest.raises(Missing):
        await gate.log(ADA)
    launcher.missing, launcher.found["Name"] = False, "/P-u-eve"
    with pytest.raises(GateAway):
        await gate.inspect(ADA, 0)


async def test_a_declared_server_is_scaled_by_its_name(gate, launcher):
    await gate.start(ADA, 0)
    await gate.stop(ADA, 0)
    assert launcher.requests[-2:] == [f"POST /launcher/services/{ADA}/start", f"POST /launcher/services/{ADA}/stop"]
    launcher.missing = True
    with pytest.raises(Missing):
        await gate.stop(ADA, 0)


@pytest.mark.parametrize("kind", [NodeSpawner, DeclaredNodeSpawner])
def test_what_runs_on_nodes_is_followed_whoever_made_it(kind):
    assert kind.poll is on_nodes.OnNodes.poll
    assert kind.internal_hostname is on_nodes.OnNodes.internal_hostname
    assert kind._failure is on_nodes.OnNodes._failure
    assert (kind.stop is LaunchingSpawner.stop) == (kind is NodeSpawner)


class Proxy:
    def __init__(self):
        self.added = []

    async def add_user(self, user, name):
        self.added.append(name)


def spawner(address, **more):
    proxy, commits = Proxy(), []
    return SimpleNamespace(
        **{
            "server": SimpleNamespace(ip="10.130.0.130"),
            "internal_hostname": address,
            "object_name": ADA,
            "pending": None,
            "ready": True,
            "name": "",
            "log": logging.getLogger("test"),
            "db": SimpleNamespace(commit=lambda: commits.append(1)),
            "user": SimpleNamespace(settings={"proxy": proxy}),
            "proxy": proxy,
            "commits": commits,
            **more,
        }
    )


async def test_a_server_with_another_address_is_followed_by_hub_and_proxy():
    moved = spawner("10.130.0.131")
    await NodeSpawner._follow(moved)
    assert (moved.server.ip, moved.proxy.added, moved.commits) == ("10.130.0.131", [""], [1])


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("10.130.0.130", {}),
        (ADA, {}),
        ("10.130.0.131", {"pending": "stop"}),
        ("10.130.0.131", {"ready": False}),
        ("10.130.0.131", {"server": None}),
    ],
)
async def test_nothing_is_followed_that_has_not_moved_or_does_not_run(address, more):
    one = spawner(address, **more)
    await NodeSpawner._follow(one)
    assert (one.proxy.added, one.commits) == ([], [])


async def test_a_start_without_a_node_says_so_in_time(gate, launcher, monkeypatch):
    monkeypatch.setattr(on_nodes.context, "current", lambda: SimpleNamespace(gate=gate))
    now = [0.0]
    monkeypatch.setattr(on_nodes.time, "monotonic", lambda: now[0])
    one = SimpleNamespace(object_name=ADA, _without_node_since=None, log=logging.getLogger("test"))
    launcher.found["State"] = {"Running": True, "Waiting": "no suitable node (insufficient resources on 2 nodes)"}
    assert await NodeSpawner._failure(one, 0) is None
    now[0] += on_nodes.NO_NODE_FOR
    assert await NodeSpawner._failure(one, 0) == ("No machine has room for your server at the moment. Try again later.")
    launcher.found["State"] = {"Running": True, "Waiting": ""}
    assert await NodeSpawner._failure(one, 0) is None
    launcher.found["RestartCount"] = 1
    assert "ended while it was starting" in str(await NodeSpawner._failure(one, 0))
