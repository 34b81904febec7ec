"""Templates of servers, as the Pulumi program renders them: complete but for placeholders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..labels import GPUS_LABEL, INSTANCE_LABEL, LAUNCHED_LABEL, PERSON_LABEL, PROFILE_LABEL, SERVER_LABEL
from .reader import FileError, Reader, mapping, number, text


@dataclass(frozen=True)
class File:
    path: str
    mode: int
    content: str


@dataclass(frozen=True)
class Home:
    base: str
    """Directory of the Docker host."""
    parts: list[str]
    owner: tuple[int, int] | None = None
    """Uid and gid, where they are not the person's."""


@dataclass(frozen=True)
class Ids:
    source: Literal["host", "claims"]
    first: int
    last: int

    def allow(self, uid: int, gid: int) -> bool:
        return self.first <= uid <= self.last and (self.first <= gid <= self.last or gid == USERS)


USERS = 100
"""The group `users`, with which every server runs."""


@dataclass(frozen=True)
class Template:
    create: dict[str, Any]
    """Body of Docker's create, with placeholders."""
    files: list[File]
    volumes: list[str]
    home: Home | None
    ids: Ids | None
    taken: frozenset[str]
    """Names of groups that the container's /etc/group has."""
    known: frozenset[int]
    """Their ids."""

    devices: list[str]
    """Ids of the GPUs that Docker is asked for, or the places of such that are given at the start."""

    def has_places_for(self, gpus: int) -> bool:
        """Whether it asks Docker for that many GPUs of the pool, and has the label by which they are counted."""
        places = places_of(gpus)
        label = str(self.create["Labels"].get(GPUS_LABEL, ""))
        if gpus == 0:
            return not any("\0" in one for one in (label, *self.devices))
        return label == ",".join(places) and self.devices == places


def places_of(gpus: int) -> list[str]:
    """Placeholders of GPUs of the pool."""
    return [f"\0gpu{number}\0" for number in range(1, gpus + 1)]


def template_of(path: str, value: Any, instance: str) -> Template:
    """@raises FileError naming the key"""
    reader = Reader(path, value)
    create = mapping(reader.at("create"), reader.take("create"))
    template = Template(
        create=create,
        files=reader.list("files", _file),
        volumes=reader.list("volumes", text),
        home=reader.maybe("home", _home),
        ids=reader.maybe("ids", _ids),
        taken=frozenset(reader.list("taken", text)),
        known=frozenset(reader.list("known", number)),
        devices=_devices(reader.at("create.HostConfig"), create.get("HostConfig", {})),
    )
    reader.done()
    labels = mapping(reader.at("create.Labels"), create.get("Labels"))
    # Without them the launcher would not know its own containers again.
    for label, expected in {
        INSTANCE_LABEL: instance,
        PERSON_LABEL: "\0name\0",
        SERVER_LABEL: "\0server\0",
        PROFILE_LABEL: "\0profile\0",
        LAUNCHED_LABEL: "true",
    }.items():
        if labels.get(label) != expected:
            raise FileError(f"{reader.at('create.Labels')} has not the right {label}")
    return template


def _devices(path: str, host_config: Any) -> list[str]:
    """By ids alone: a number of GPUs would be of whichever, also of those that somebody has."""
    ids: list[str] = []
    for index, one in enumerate(mapping(path, host_config).get("DeviceRequests", [])):
        asked = Reader(f"{path}.DeviceRequests[{index}]", one).list("DeviceIDs", text)
        if asked == []:
            raise FileError(f"{path}.DeviceRequests[{index}].DeviceIDs must have ids")
        ids += asked
    return ids


def _file(path: str, value: Any) -> File:
    reader = Reader(path, value)
    file = File(reader.text("path"), reader.number("mode", 0, 0o777), reader.text("content"))
    reader.done()
    if not file.path.startswith("/") or ".." in file.path.split("/"):
        raise FileError(f"{reader.at('path')} must be an absolute path")
    return file


def _home(path: str, value: Any) -> Home:
    reader = Reader(path, value)
    home = Home(reader.text("base"), reader.list("parts", text), reader.optional("owner", _owner))
    reader.done()
    return home


def _owner(path: str, value: Any) -> tuple[int, int]:
    reader = Reader(path, value)
    owner = reader.number("uid", 1), reader.number("gid", 1)  # Never root.
    reader.done()
    return owner


def _ids(path: str, value: Any) -> Ids:
    reader = Reader(path, value)
    source = reader.text("from")
    span = reader.list("range", lambda at, one: number(at, one, 1))  # Never root.
    reader.done()
    if source not in ("host", "claims") or len(span) != 2 or span[0] > span[1]:
        raise FileError(f"{path} must have `from` host or claims and a range of two numbers")
    return Ids("host" if source == "host" else "claims", span[0], span[1])
