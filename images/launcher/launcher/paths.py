"""The launcher's language: what a path asks for. Nothing else of a request is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

Action = Literal["state", "start", "stop", "remove"]

HEALTH = "/launcher/health"
GPUS = "/launcher/gpus"
SERVERS = "/launcher/servers"
"""All that run."""
THE_ONE_THAT_EVERYBODY_HAS = "-"
_NUMBER = "0|[1-9][0-9]{0,9}"
_PATH = re.compile(
    "/launcher/(?P<person>(?:[0-9a-f]{2}){1,1020})/(?P<server>-|(?:[0-9a-f]{2}){1,30})"
    "(?:/(?P<end>stop|remove)|/start/(?P<profile>[a-z0-9-]{1,40})(?:~(?P<image>(?:[0-9a-f]{2}){1,60}))?"
    f"(?:/(?P<uid>{_NUMBER})/(?P<gid>{_NUMBER}))?)?"
)

_SERVICE = re.compile("/launcher/services/(?P<name>[a-z0-9][a-z0-9-]{0,62})(?:/(?P<action>log|start|stop))?")


@dataclass(frozen=True)
class AskedService:
    """A server by the name of its container, for a hub whose servers are services of a Swarm.

    Declared ones alone are started and stopped so.
    """

    name: str
    action: Literal["look", "log", "start", "stop"]


def parse_service(method: str, path: str) -> AskedService | None:
    """None if it is not of the language."""
    found = _SERVICE.fullmatch(path)
    if found is None or method != ("POST" if found["action"] in ("start", "stop") else "GET"):
        return None
    return AskedService(found["name"], cast(Literal["look", "log", "start", "stop"], found["action"] or "look"))


@dataclass(frozen=True)
class Asked:
    action: Action
    person: str
    """In hexadecimal."""
    server: str
    """In hexadecimal too, or `-`."""
    profile: str | None
    image: str | None
    """Key of an image that the profile lets people choose, in hexadecimal."""
    ids: tuple[int, int] | None


def parse(method: str, path: str) -> Asked | None:
    """None if it is not of the language."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    start = found["profile"] is not None
    action = cast(Action, found["end"] or ("start" if start else "state"))
    if method != ("GET" if action == "state" else "POST"):
        return None
    ids = None if found["uid"] is None else (int(found["uid"]), int(found["gid"]))
    return Asked(action, found["person"], found["server"], found["profile"], found["image"], ids)
