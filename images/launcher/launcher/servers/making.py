"""Makes and starts a server's container of its template, and what it needs before."""

from __future__ import annotations

from ..docker.api import Docker
from ..document.filling import Given, fill, values
from ..document.policy import Choice, Policy
from ..document.templates import File, Template
from ..labels import INSTANCE_LABEL, PERSON_LABEL
from ..names import Server
from ..refusal import Refusal
from .accounts import Accounts
from .homes import Homes
from .places import Place


class Making:
    def __init__(self, docker: Docker, place: Place, accounts: Accounts, homes: Homes) -> None:
        self._docker = docker
        self._place = place
        self._accounts = accounts
        self._homes = homes

    async def make(self, server: Server, policy: Policy, choice: Choice, given: Given) -> None:
        """@param given the ids are those of the log-in, where they come from there"""
        template = choice.template
        ids = given.ids
        if template.ids is not None:
            if template.ids.source == "host":
                ids = await self._accounts.of(server.person, policy)
            if ids is None or not template.ids.allow(*ids):
                raise Refusal(403, _out_of_range(server.person, template, ids))
        having = values(server, choice, policy.prefix, Given(ids, given.gpus))
        body = fill(template.create, having)
        files = [File(fill(file.path, having), file.mode, fill(file.content, having)) for file in template.files]
        for volume in fill(template.volumes, having):
            await self._volume(volume, policy.instance, having["home_name"])
        await self._homes.prepare(policy, template, having)
        await self._place.make(having["container"], body, files)

    async def _volume(self, volume: str, instance: str, home_name: str) -> None:
        """A home's volume, with labels that name it when nobody is listed any more."""
        labels = {INSTANCE_LABEL: instance, PERSON_LABEL: home_name}
        found = (await self._docker.volume(volume, labels)).get("Labels") or {}
        if any(found.get(label, value) != value for label, value in labels.items()):
            raise Refusal(409, f"the volume {volume} is the home of somebody else: ask the administrator")


def _out_of_range(name: str, template: Template, ids: tuple[int, int] | None) -> str:
    span = template.ids
    assert span is not None and ids is not None
    return (
        f"{name} has uid {ids[0]} and gid {ids[1]}; only {span.first} to {span.last} are allowed (launcher.uids): ask "
        "the administrator"
    )
