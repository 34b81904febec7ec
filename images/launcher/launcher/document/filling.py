"""Fills a template. What comes from the hub is names and, where the template says so, two numbers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import names
from ..names import Server
from .policy import Choice
from .templates import Template


class UnknownPlaceholder(Exception):
    """The template asks for what the launcher does not have."""


@dataclass(frozen=True)
class Given:
    """What is known only when a server is made."""

    ids: tuple[int, int] | None = None
    """Uid and gid."""
    gpus: Sequence[str] = ()


def values(server: Server, choice: Choice, prefix: str, given: Given) -> dict[str, str]:
    """What the placeholders stand for."""
    name, variables = server.person, choice.vars
    home_name = variables.get("home_name", name)
    filled = {
        "fresh": "",
        **variables,
        "definition": choice.definition,
        "name": name,
        "server": server.name,
        "server_path": f"{server.name}/" if server.name else "",
        "profile": choice.key,
        "slug": names.slug(str(server)),
        "container": container(prefix, server),
        "escaped": names.escaped(name),
        "client_id": names.oauth_client_id(server),
        "json_name": names.in_json(name),
        "ds_escaped": names.docker_spawner_escape(name),
        "token": secrets.token_hex(24),
        "home_name": home_name,
        "home_slug": names.slug(home_name),
        "home_ds": names.docker_spawner_escape(home_name),
        **{f"gpu{number}": gpu for number, gpu in enumerate(given.gpus, 1)},
    }
    if given.ids is not None:
        filled["uid"], filled["gid"] = (str(id) for id in given.ids)
    if "gid" in filled:
        filled["primary_group"] = primary_group(name, int(filled["gid"]), choice.template)
    return filled


def container(prefix: str, server: Server) -> str:
    return f"{prefix}-u-{names.slug(str(server))}"


def primary_group(name: str, gid: int, template: Template) -> str:
    """The line of /etc/group, unless that has the group already."""
    if gid in template.known:
        return ""
    # A numeric name would be taken for a gid.
    group = f"group{gid}" if name in template.taken or re.fullmatch("[0-9]+", name) else name
    return f"{group}:x:{gid}:\n"


def fill(value: Any, having: Mapping[str, str]) -> Any:
    """@raises UnknownPlaceholder"""
    if isinstance(value, str):
        return _text(value, having)
    if isinstance(value, list):
        return [fill(item, having) for item in value]
    if isinstance(value, dict):
        return {_text(key, having): fill(item, having) for key, item in value.items()}
    return value


def _text(value: str, having: Mapping[str, str]) -> str:
    """What is filled in is not looked at again, so no value can hold a placeholder."""
    pieces = value.split("\0")
    if len(pieces) % 2 == 0:
        raise UnknownPlaceholder("a placeholder has no end")
    for index in range(1, len(pieces), 2):
        if pieces[index] not in having:
            raise UnknownPlaceholder(f"nothing is known of the placeholder {pieces[index][:40]!r}")
        pieces[index] = having[pieces[index]]
    return "".join(pieces)
