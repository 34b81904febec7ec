"""With an HTTP proxy the hub asks identity providers through it, and its own parts directly."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import pytest
from conftest import person
from test_github import github, log_in, settings  # noqa: F401


class Proxy:
    """Passes requests on and records them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.decode("latin-1").partition("\r\n")
            method, url, version = line.split(" ")
            target = urlsplit(url)
            self.asked.append(f"{method} {target.hostname}:{target.port}{target.path}")
            length = next(
                (int(h.split(":")[1]) for h in rest.split("\r\n") if h.lower().startswith("content-length:")), 0
            )
            body = await reader.readexactly(length)
            onward, back = await asyncio.open_connection("127.0.0.1", target.port)
            path = target.path + (f"?{target.query}" if target.query else "")
            back.write(f"{method} {path} {version}\r\nConnection: close\r\n{rest}".encode("latin-1") + body)
            writer.write(await onward.read())
            back.close()
            await writer.drain()
        writer.close()


@pytest.fixture
async def outward(world):
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for name in ("http_proxy", "HTTP_PROXY"):
        world.monkeypatch.setenv(name, address)
    for name in ("no_proxy", "NO_PROXY"):
        world.monkeypatch.setenv(name, "127.0.0.1")
    yield proxy
    server.close()


async def test_a_provider_is_asked_through_the_proxy(world, github, outward):
    world.declare(octocat=person("octocat"))
    given = settings(world)
    host = given["authentication"]["host"].replace("127.0.0.1", "localhost")
    await world.start_hub(**{**given, "authentication": {**given["authentication"], "host": host}})
    github.here = "octocat"
    browser, status, page, _ = await log_in(world)
    assert status == 200 and await browser.inside(), page
    port = world._ports["github"]
    assert [asked.replace(f"localhost:{port}", "") for asked in outward.asked] == [
        "POST /login/oauth/access_token",
        "GET /api/v3/user",
    ]


async def test_the_hub_asks_its_own_parts_itself(world, outward):
    # Also without NO_PROXY.
    for name in ("no_proxy", "NO_PROXY"):
        world.monkeypatch.setenv(name, f"127.0.0.1:{world._ports['docker']}")
    world.declare(ada=person("ada"))
    await world.start_hub()
    await world.log_in("ada")
    await world.start_server("ada")
    assert world.docker.containers["P-u-ada"].running
    assert outward.asked == []
