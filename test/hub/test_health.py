"""The container's health check, as Docker runs it."""

import asyncio
import json
import os
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "images/hub/health.sh"


@pytest.mark.parametrize(
    ("base_url", "asked", "status", "code"),
    [
        ("/", "/hub/health", "200 OK", 0),
        ("/lab/", "/lab/hub/health", "200 OK", 0),
        ("/", "/hub/health", "503 Service Unavailable", 1),
    ],
)
async def test_a_hub_that_answers_is_healthy(tmp_path, base_url, asked, status, code):
    requests = []

    async def answer(reader, writer):
        requests.append((await reader.readuntil(b"\r\n\r\n")).decode().split()[1])
        writer.write(f"HTTP/1.1 {status}\r\n\r\n".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        # A key of the same name elsewhere must not count.
        settings = {"x": '"baseUrl":"/wrong/"', "hubPort": server.sockets[0].getsockname()[1], "baseUrl": base_url}
        assert await check(settings, tmp_path) == (code, f"HTTP/1.1 {status}")
    assert requests == [asked]


async def test_a_hub_that_is_away_is_not(tmp_path):
    assert (await check({"hubPort": 1, "baseUrl": "/"}, tmp_path))[0] == 1


async def check(settings, data):
    environment = {
        **os.environ,
        "JUPYTERHUB_SETTINGS": json.dumps(settings, separators=(",", ":")),
        "JUPYTERHUB_DATA_DIR": str(data),
    }
    process = await asyncio.create_subprocess_exec(
        "bash", str(SCRIPT), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode().strip()
