"""A Docker that notes every request and keeps containers in memory."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import tarfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

INSTANCE, PREFIX = "abc", "dev-abc"
ROSTER = f"{PREFIX}-roster"


@dataclass
class Container:
    id: str
    name: str
    body: dict[str, Any]
    state: str = "created"
    created: float = 0
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    exit_code: int = 0
    stdin: bytes = b""
    started: bool = False
    """Ever."""

    def inspected(self) -> dict[str, Any]:
        return {
            "Id": self.id,
            "Name": f"/{self.name}",
            "State": {"Running": self.state == "running", "Status": self.state, "ExitCode": self.exit_code},
            "Config": {"Labels": self.body.get("Labels") or {}},
        }


@dataclass
class Said:
    """What a short-lived container says."""

    code: int = 0
    stdout: bytes = b""
    stderr: bytes = b""


class Engine:
    def __init__(self) -> None:
        self.containers: dict[str, Container] = {}
        self.volumes: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []
        self.logins: list[str | None] = []
        """What each of them had for a registry."""
        self.bodies: list[dict[str, Any]] = []
        """Of all creates of containers."""
        self.answers: dict[str, tuple[int, str]] = {}
        """Beginning of a request → what is answered instead."""
        self.held: dict[str, asyncio.Event] = {}
        """Beginning of a request → it waits for this."""
        self.says: dict[str, Said] = {}
        """First word of a short-lived container's program → what it says."""
        self.pause: Callable[[str], Awaitable[None]] | None = None
        """Before each request is done."""
        self.on_start: Callable[[Container], None] | None = None
        self.busy = 0
        """Requests that are not done yet, also of those who have gone away."""
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, name: str, state: str = "running", **body: Any) -> Container:
        self._count += 1
        made = Container(f"{self._count:064x}", name, body, state, time.time())
        self.containers[name] = made
        return made

    def roster(self, content: Any, instance: str = INSTANCE) -> None:
        """A new one, with this file."""
        made = self.add(ROSTER, "created", Labels={"jupyterhub.instance": instance})
        text = content if isinstance(content, str) else json.dumps(content)
        made.files["/launcher.json"] = (0o400, text)

    def asked(self, beginning: str) -> list[str]:
        return [request for request in self.requests if request.startswith(beginning)]

    async def listen(self, path: Path) -> asyncio.Server:
        return await asyncio.start_unix_server(self._connection, path, limit=2**24)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._request(reader, writer):
                pass
        writer.close()
        self._tasks.discard(task)

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        length = re.search(r"\r\ncontent-length: (\d+)", head, re.I)
        chunked = re.search(r"\r\ntransfer-encoding: chunked", head, re.I)
        assert not chunked
        data = await reader.readexactly(int(length[1])) if length else b""
        asked = f"{method} {target}"
        self.requests.append(asked)
        login = re.search(r"\r\nx-registry-auth: (\S+)", head, re.I)
        self.logins.append(login[1] if login else None)
        self.busy += 1
        try:
            return await self._done(asked, data, reader, writer)
        finally:
            self.busy -= 1

    async def _done(self, asked: str, data: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        method, target = asked.split(" ")
        if self.pause is not None:
            await self.pause(asked)
        for beginning, event in list(self.held.items()):
            if asked.startswith(beginning):
                await event.wait()
        for beginning, (status, reason) in self.answers.items():
            if asked.startswith(beginning):
                return _send(writer, status, reason if status == 0 else {"message": reason})
        url = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path.endswith("/attach"):
            await self._attach(url.path.split("/")[2], reader, writer)
            return False
        status, answer = self._answer(f"{method} {unquote(url.path)}", query, data)
        return _send(writer, status, answer)

    def _find(self, name: str) -> Container | None:
        return self.containers.get(name) or next((one for one in self.containers.values() if one.id == name), None)

    def _answer(self, asked: str, query: dict[str, str], data: bytes) -> tuple[int, Any]:
        if asked == "GET /_ping":
            return 200, b"OK"
        if asked == "GET /containers/json":
            return 200, self._listed(json.loads(query["filters"])["label"])
        if asked == "POST /containers/create":
            if query["name"] in self.containers:
                return 409, {"message": f"Conflict. The container name {query['name']} is already in use"}
            body = json.loads(data)
            self.bodies.append(body)
            return 201, {"Id": self.add(query["name"], "created", **body).id}
        if asked == "POST /volumes/create":
            body = json.loads(data)
            found = self.volumes.setdefault(body["Name"], body["Labels"])
            return 201, {"Name": body["Name"], "Labels": found}
        return self._of_one(asked, query, data)

    def _listed(self, wanted: list[str]) -> list[dict[str, Any]]:
        """`wanted`: a label and its value, or a label with any."""
        return [
            {"Id": one.id, "Names": [f"/{one.name}"], "State": one.state, "Created": one.created, "Labels": having}
            for one in self.containers.values()
            for having in [one.body.get("Labels") or {}]
            if all(having.get(key) == value if is_ else key in having for key, is_, value in map(_parted, wanted))
        ]

    def _of_one(self, asked: str, query: dict[str, str], data: bytes) -> tuple[int, Any]:
        matched = re.fullmatch(r"(\w+) /containers/([^/]+)(?:/(\w+))?", asked)
        if matched is None:
            return 404, {"message": "page not found"}
        method, name, action = matched.groups()
        one = self._find(name)
        if one is None:
            return 404, {"message": f"No such container: {name}"}
        if action == "archive":
            return _archive(method, query["path"], one, data)
        match method, action:
            case "GET", "json":
                return 200, one.inspected()
            case "POST", "start":
                one.state, one.started = "running", True
                if self.on_start is not None:
                    self.on_start(one)
                return 204, None
            case "POST", "stop":
                one.state, one.exit_code = "exited", 0
                return 204, None
            case "POST", "wait":
                return 200, {"StatusCode": one.exit_code}
            case "DELETE", None:
                assert query == {"force": "1", "v": "1"}
                del self.containers[one.name]
                return 204, None
        return 404, {"message": "page not found"}

    async def _attach(self, id: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Runs the program, as soon as it is started: it reads its stdin to the end and then says what it says."""
        one = self._find(id)
        assert one is not None
        writer.write(b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        if one.body["OpenStdin"]:
            one.stdin = await reader.read()
        while one.state != "running":
            await asyncio.sleep(0.001)
        said = self.says.get(one.body["Cmd"][0], Said())
        for stream, content in ((1, said.stdout), (2, said.stderr)):
            for start in range(0, len(content), 1000):
                piece = content[start : start + 1000]
                writer.write(bytes([stream, 0, 0, 0]) + len(piece).to_bytes(4, "big") + piece)
        await writer.drain()
        one.state, one.exit_code = "exited", said.code

    def drop(self) -> None:
        """Every connection ends, as when Docker is killed."""
        for task in self._tasks:
            task.cancel()


def _parted(label: str) -> tuple[str, str, str]:
    return label.partition("=")


def _send(writer: asyncio.StreamWriter, status: int, answer: Any) -> bool:
    """@returns whether the connection goes on; with status 0 it does not"""
    if status == 0:
        return False
    content = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
    writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
    return True


def _archive(method: str, path: str, one: Container, data: bytes) -> tuple[int, Any]:
    if method == "GET":
        if path not in one.files:
            return 404, {"message": f"Could not find the file {path} in container {one.name}"}
        return 200, _tar(path, one.files[path][1])
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None and (member.uid, member.gid) == (0, 0)
            one.files[f"{path}{member.name}"] = (member.mode, content.read().decode())
    return 200, None


def _tar(path: str, content: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(path.rpartition("/")[2])
        entry.size = len(content.encode())
        archive.addfile(entry, io.BytesIO(content.encode()))
    return packed.getvalue()
