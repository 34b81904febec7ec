"""The file /launcher.json: whose servers may be made, and of what. The Pulumi program writes it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..labels import GPUS_LABEL, INSTANCE_LABEL
from .reader import FileError, Reader, entries, mapping, number, text
from .templates import Template, template_of

VERSION = 2
MOST_NAMED_SERVERS = 20
LONGEST_PROFILE = 40
LONGEST_IMAGE = 60
"""Bytes of an image's key."""

VARS = frozenset(["incarnation", "uid", "gid", "home_name", "fresh"])


@dataclass(frozen=True)
class Entry:
    """What servers of a profile are made of."""

    template: Template
    definition: str
    gpus: int
    """How many of the pool."""


Menu = Mapping[str, Entry]
"""Profile, or profile and image with a tilde between them → what its servers are made of."""


@dataclass(frozen=True)
class Use:
    """What somebody may choose from, and what differs for them."""

    menu: Menu
    vars: Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """What somebody takes from their menu."""

    key: str
    entry: Entry
    vars: Mapping[str, str]

    @property
    def template(self) -> Template:
        return self.entry.template

    @property
    def profile(self) -> str:
        return self.key.partition("~")[0]

    @property
    def definition(self) -> str:
        """By it the program sees which running servers are of another definition than their next one."""
        own = sorted((key, value) for key, value in self.vars.items() if key != "incarnation")
        if not own:
            return self.entry.definition
        whole = self.entry.definition + "".join(f"\0{key}={value}" for key, value in own)
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class HomesProgram:
    create: dict[str, Any]
    request: dict[str, Any]


@dataclass(frozen=True)
class Registry:
    """How nodes log in at the registry that they pull images from."""

    auth: str = field(repr=False)
    fingerprint: str
    """Changes with it."""


@dataclass(frozen=True)
class Policy:
    instance: str
    prefix: str
    servers: int
    starts_per_minute: int
    blocked: frozenset[str]
    named_servers: int
    """How many further servers each person may have."""
    gpus: list[str]
    """The pool: ids."""
    menus: list[Menu]
    people: Mapping[str, Use]
    others: Use | None
    homes: HomesProgram | None
    accounts: dict[str, Any] | None
    guard: dict[str, Any] | None = None
    """The service that keeps people apart on each node of a Swarm."""
    registry: Registry | None = None

    def use(self, name: str) -> Use | None:
        return self.people.get(name, self.others)


def parse(content: bytes) -> Policy:
    """@raises FileError naming the key"""
    try:
        given = json.loads(content)
    except ValueError:
        raise FileError("it is no JSON") from None
    reader = Reader("", given)
    reader.number("version", VERSION, VERSION)
    instance, prefix = reader.text("instance"), reader.text("prefix")
    limits = Reader("limits", reader.take("limits"))
    servers, starts = limits.number("servers", 1), limits.number("startsPerMinute", 1)
    limits.done()
    gpus = reader.list("gpus", _gpu)
    if len(set(gpus)) != len(gpus):
        raise FileError("gpus has an id twice")
    templates = reader.list("templates", lambda path, value: template_of(path, value, instance))
    menus = reader.list("menus", lambda path, value: _menu(path, value, templates, len(gpus)))

    def use(path: str, value: Any) -> Use:
        return _use(path, value, menus)

    policy = Policy(
        instance=instance,
        prefix=prefix,
        servers=servers,
        starts_per_minute=starts,
        blocked=frozenset(reader.list("blocked", text)),
        named_servers=reader.number("namedServers", 0, MOST_NAMED_SERVERS),
        gpus=gpus,
        menus=menus,
        people=reader.map("people", use),
        others=reader.maybe("others", use),
        homes=reader.maybe("homes", _homes),
        accounts=reader.maybe("accounts", _accounts),
        guard=reader.optional("guard", lambda path, value: _guard(path, value, instance)),
        registry=reader.optional("registry", _registry),
    )
    reader.done()
    _check_parts(policy, templates)
    return policy


def _check_parts(policy: Policy, templates: list[Template]) -> None:
    for index, template in enumerate(templates):
        if template.home is not None and policy.homes is None:
            raise FileError(f"templates[{index}].home needs homes")
        if template.ids is not None and template.ids.source == "host" and policy.accounts is None:
            raise FileError(f"templates[{index}].ids needs accounts")


def _gpu(path: str, value: Any) -> str:
    if re.fullmatch(r"[A-Za-z0-9][\w.:/=-]{0,127}", text(path, value), re.ASCII) is None:
        raise FileError(f"{path} must be the id of a GPU")
    return text(path, value)


def _menu(path: str, value: Any, templates: list[Template], pool: int) -> Menu:
    menu = entries(path, value, lambda at, one: _entry(at, one, templates, pool))
    if not menu:
        raise FileError(f"{path} must have a profile")
    for key in menu:
        profile, tilde, image = key.partition("~")
        known = len(profile) <= LONGEST_PROFILE and re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", profile) is not None
        if not known or "\0" in key or (tilde != "" and not 1 <= len(image.encode()) <= LONGEST_IMAGE):
            raise FileError(f"{path} has a key that is no profile")
    return menu


def _entry(path: str, value: Any, templates: list[Template], pool: int) -> Entry:
    reader = Reader(path, value)
    index = reader.number("template", 0, len(templates) - 1)
    definition, gpus = reader.text("definition"), reader.number("gpus", 0, pool)
    reader.done()
    if re.fullmatch("[0-9a-f]{16}", definition) is None:
        raise FileError(f"{path}.definition must be 16 hexadecimal digits")
    if not templates[index].has_places_for(gpus):
        raise FileError(f"{path}.gpus is not what templates[{index}] asks for, or not what its {GPUS_LABEL} says")
    return Entry(templates[index], definition, gpus)


def _use(path: str, value: Any, menus: list[Menu]) -> Use:
    reader = Reader(path, value)
    index = reader.number("menu", 0, len(menus) - 1)
    variables = reader.map("vars", text)
    reader.done()
    unknown = sorted(variables.keys() - VARS)
    if unknown:
        raise FileError(f"unknown: {', '.join(f'{path}.vars.{name}' for name in unknown)}")
    if any("\0" in value for value in variables.values()):
        raise FileError(f"{path}.vars have no placeholders")
    for key in ("uid", "gid"):
        if key in variables and re.fullmatch("[0-9]{1,10}", variables[key]) is None:
            raise FileError(f"{path}.vars.{key} must be digits")
    return Use(menus[index], variables)


def _homes(path: str, value: Any) -> HomesProgram:
    reader = Reader(path, value)
    create = mapping(reader.at("create"), reader.take("create"))
    request = Reader(reader.at("request"), reader.take("request"))
    reader.done()
    groups, mode = request.list("groups", number), request.text("mode")
    skeleton = request.list("skeleton", mapping)
    request.done()
    return HomesProgram(create, {"groups": groups, "mode": mode, "skeleton": skeleton})


def _guard(path: str, value: Any, instance: str) -> dict[str, Any]:
    guard = mapping(path, value)
    if mapping(f"{path}.Labels", guard.get("Labels")).get(INSTANCE_LABEL) != instance:
        raise FileError(f"{path}.Labels has not the right {INSTANCE_LABEL}")
    return guard


def _registry(path: str, value: Any) -> Registry:
    reader = Reader(path, value)
    registry = Registry(reader.text("auth"), reader.text("fingerprint"))
    reader.done()
    if re.fullmatch("[A-Za-z0-9_-]+=*", registry.auth) is None:
        raise FileError(f"{reader.at('auth')} must be in base64")
    return registry


def _accounts(path: str, value: Any) -> dict[str, Any]:
    reader = Reader(path, value)
    create = mapping(reader.at("create"), reader.take("create"))
    reader.done()
    return create
