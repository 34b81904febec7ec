"""Servers that are containers on the launcher's own machine."""

from __future__ import annotations

import contextlib
import io
import tarfile
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..docker.api import Docker, DockerAway, DockerRefused, Missing
from ..document.templates import File
from ..labels import INSTANCE_LABEL, LAUNCHED_LABEL, server_of
from ..names import Server
from ..refusal import Refusal
from ..settings import Settings
from .places import Found


class Containers:
    def __init__(self, docker: Docker, settings: Settings) -> None:
        self._docker = docker
        self._settings = settings

    async def find(self, name: str) -> Found:
        found = await self._docker.inspect(name)
        state = found["State"]
        return Found(
            id=found["Id"],
            labels=found["Config"].get("Labels") or {},
            running=bool(state.get("Running")),
            exit_code=int(state.get("ExitCode") or 0),
        )

    async def make(self, name: str, body: Mapping[str, Any], files: Sequence[File]) -> None:
        id = await self._docker.create(name, body)
        try:
            if files:
                await self._docker.write(id, tar_of(files))
            await self._docker.start(id)
        except BaseException as error:
            # Where Docker is away the sweep removes it later.
            with contextlib.suppress(DockerAway, DockerRefused):
                await self._docker.remove(id)
            if isinstance(error, Missing):
                raise Refusal(502, "the server was removed while it was made: try again") from None
            raise

    async def stop(self, found: Found) -> None:
        await self._docker.stop(found.id)
        await self._docker.remove(found.id)

    async def remove(self, found: Found) -> None:
        await self._docker.remove(found.id)

    async def servers(self, states: Collection[str]) -> set[Server]:
        labels = (f"{INSTANCE_LABEL}={self._settings.instance}", f"{LAUNCHED_LABEL}=true")
        return {server_of(one["Labels"]) for one in await self._docker.list(*labels) if one["State"] in states}


def tar_of(files: Sequence[File]) -> bytes:
    """Files of root, to be unpacked at /."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in files:
            content = file.content.encode()
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size, entry.mode = len(content), file.mode
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
