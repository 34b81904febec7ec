"""Short-lived containers: one program with something on its stdin, and what it says."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any

from ..labels import HOMES_LABEL
from .api import DO_SECONDS, Docker, DockerAway, DockerRefused

LONGEST_OUTPUT = 2**23


class Once:
    def __init__(self, docker: Docker, instance: str, prefix: str) -> None:
        self._docker = docker
        self._instance = instance
        self._prefix = prefix

    async def run(self, what: str, create: Mapping[str, Any], stdin: bytes = b"") -> tuple[int, bytes, bytes]:
        """@returns exit code, stdout and stderr"""
        body = {
            **create,
            # By it the sweep finds what a killed launcher left.
            "Labels": {**(create.get("Labels") or {}), HOMES_LABEL: self._instance},
            **dict.fromkeys(["AttachStdin", "OpenStdin", "StdinOnce"], stdin != b""),
            **dict.fromkeys(["AttachStdout", "AttachStderr"], True),
            "Tty": False,
        }
        id = await self._docker.create(f"{self._prefix}-{what}-{secrets.token_hex(6)}", body)
        try:
            async with asyncio.timeout(DO_SECONDS):
                stdout, stderr = await self._attached(id, stdin)
                return await self._docker.wait(id), stdout, stderr
        except TimeoutError:
            raise DockerAway(f"the program for {what} does not end") from None
        finally:
            await self._docker.remove(id)

    async def _attached(self, id: str, stdin: bytes) -> tuple[bytes, bytes]:
        try:
            reader, writer = await asyncio.open_unix_connection(self._docker.socket)
        except OSError as error:
            raise DockerAway(f"{type(error).__name__}: {error}"[:200]) from None
        try:
            query = f"stream=1&stdout=1&stderr=1{'&stdin=1' if stdin else ''}"
            writer.write(
                f"POST /containers/{id}/attach?{query} HTTP/1.1\r\nHost: docker\r\n"
                "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if head.split()[1] not in (b"101", b"200"):
                raise DockerRefused(int(head.split()[1]), f"Docker does not attach to the container for {id[:12]}")
            await self._docker.start(id)
            if stdin:
                writer.write(stdin)
                await writer.drain()
                writer.write_eof()
            return await _streams(reader)
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise DockerAway(f"{type(error).__name__}: {error}"[:200]) from None
        finally:
            writer.close()


async def _streams(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Takes apart what Docker sends as one: frames with the number of the stream and a length."""
    streams = (bytearray(), bytearray(), bytearray())
    while head := await reader.read(1):
        head += await reader.readexactly(7)
        length = int.from_bytes(head[4:], "big")
        if head[0] > 2 or length + sum(map(len, streams)) > LONGEST_OUTPUT:
            raise DockerAway("the program's output cannot be read")
        streams[head[0]].extend(await reader.readexactly(length))
    return bytes(streams[1]), bytes(streams[2])
