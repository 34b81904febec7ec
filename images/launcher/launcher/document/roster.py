"""Reads the templates out of the roster container, which `up` replaces as the list changes."""

from __future__ import annotations

import io
import logging
import tarfile

from ..docker.api import Docker, DockerAway, Missing
from ..labels import INSTANCE_LABEL
from ..refusal import Refusal, one_line
from ..settings import Settings
from ..turns import Shared
from .policy import Policy, parse
from .reader import FileError

log = logging.getLogger("launcher")

FILE = "/launcher.json"


class Roster:
    def __init__(self, docker: Docker, settings: Settings) -> None:
        self._docker = docker
        self._settings = settings
        self._looked: Shared[None] = Shared()
        self._id = ""
        self._policy: Policy | None = None
        self._said = ""

    @property
    def last(self) -> Policy | None:
        """What was read last."""
        return self._policy

    def registry_login(self) -> str | None:
        """Of nodes, as it was read last."""
        registry = self._policy.registry if self._policy else None
        return registry.auth if registry else None

    async def policy(self) -> Policy:
        """What is in force. While the roster is being replaced, or its file cannot be read, that is the last one."""
        try:
            await self._looked.get(self._look)
            self._said = ""
        except (DockerAway, Missing, FileError, tarfile.TarError, KeyError) as error:
            self._say(one_line(f"{type(error).__name__}: {error}"))
        if self._policy is None:
            raise Refusal(503, "the templates of servers cannot be read yet: try again in a minute")
        return self._policy

    async def _look(self) -> None:
        found = await self._docker.inspect(self._settings.roster)
        if found["Id"] == self._id:
            return
        if (found["Config"].get("Labels") or {}).get(INSTANCE_LABEL) != self._settings.instance:
            raise FileError(f"{self._settings.roster} is of another stack")
        policy = parse(_only_file(await self._docker.read(found["Id"], FILE)))
        if (policy.instance, policy.prefix) != (self._settings.instance, self._settings.prefix):
            raise FileError("the file is of another stack")
        self._policy, self._id = policy, found["Id"]
        log.info("Read the templates: %d people listed", len(policy.people))

    def _say(self, why: str) -> None:
        """Once, until something else is the matter."""
        if why != self._said:
            self._said = why
            log.warning("The templates in %s%s cannot be read: %s", self._settings.roster, FILE, why)


def _only_file(tar: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        member = archive.next()
        content = archive.extractfile(member) if member is not None and member.isfile() else None
        if content is None:
            raise FileError(f"{FILE} is no file")
        return content.read()
