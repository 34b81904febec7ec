"""The hub's settings: one JSON object in the environment, without secrets.

All of it is checked at start. A hub with misread settings would still let people in, so an unknown, missing or
ill-typed key ends the hub with a message that names the key.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import dynamic, hub_section
from .dynamic import Dynamic
from .forwarding import Forwarding
from .hub_section import HubSection
from .look import section
from .look.section import Look
from .reader import Reader, SettingsError

VARIABLE = "JUPYTERHUB_SETTINGS"
DATA_DIR_VARIABLE = "JUPYTERHUB_DATA_DIR"

DATA_DIR = Path("/srv/jupyterhub/data")
"""The hub's volume: the database, the last roster that was read, and other files that outlive the container."""


@dataclass(frozen=True)
class Settings:
    instance: str
    roster: str
    """Name of the container that carries the roster as a label."""
    gate: str
    """URL of the gate, the hub's only way to the Docker API."""
    person_prefix: str
    """Start of the name of each person's container. No request names any other container."""
    hub_host: str
    hub_port: int
    proxy_api: str
    public_url: str
    base_url: str
    server_port: int
    authentication: str
    """`type` of the section."""
    provider: Mapping[str, Any]
    """The other keys of the section. The module of the type reads them, as strictly as this one."""
    cull_after: int
    """Seconds without activity after which a server is stopped; 0: never."""
    max_age: int
    """Seconds after its start after which a server is stopped; 0: never."""
    look_every: int
    """Seconds between two looks for servers to stop; 0: none is stopped."""
    roster_interval: float
    hub: HubSection
    look: Look
    hard_revocation: bool
    """`revoke: hard`: whether servers that a removed person had entered are stopped."""
    dynamic: Dynamic | None = None
    """None: every server belongs to a listed person and is made by the Pulumi program."""
    on_nodes: bool = False
    """Whether servers are services on the nodes of a Swarm."""
    forwarding: Forwarding = field(default_factory=Forwarding)
    database: str = "sqlite"
    """Or postgresql. Its URL is a secret, and so not in here."""
    database_ca: str = ""
    """Certificates (PEM) of the authorities that signed the database server's; empty: those of the system."""
    data_dir: Path = DATA_DIR

    @property
    def callback_url(self) -> str:
        """The redirect URL that is registered at the identity provider."""
        return f"{self.public_url}hub/oauth_callback"


def from_env(env: Mapping[str, str] = os.environ) -> Settings:
    text = env.get(VARIABLE)
    if not text:
        raise SettingsError(
            f"{VARIABLE} is not set: the hub's container is made by the Pulumi program, with its settings in there"
        )
    return parse(text, data_dir=Path(env.get(DATA_DIR_VARIABLE, str(DATA_DIR))))


def parse(text: str, data_dir: Path = DATA_DIR) -> Settings:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise SettingsError(f"{VARIABLE} is not JSON: {error}") from None
    if not isinstance(given, dict):
        raise SettingsError(f"{VARIABLE} must be an object")
    read = Reader("", given)
    authentication = Reader("authentication.", read.take("authentication", dict))
    idle = Reader("idle.", read.take("idle", dict))
    forwarding = Reader("forwarding.", read.take("forwarding", dict))
    database = Reader("database.", read.take("database", dict))
    hub = Reader("hub.", read.take("hub", dict))
    look = Reader("look.", read.take("look", dict))
    revoke = read.take("revoke", str)
    if revoke not in ("soft", "hard"):
        raise SettingsError("revoke must be soft or hard")
    kind = authentication.take("type", str)
    settings = Settings(
        instance=read.take("instance", str),
        roster=read.take("roster", str),
        gate=read.take("gate", str),
        person_prefix=read.take("personPrefix", str),
        hub_host=read.take("hubHost", str),
        hub_port=read.take("hubPort", int),
        proxy_api=read.take("proxyApi", str),
        public_url=read.take("publicUrl", str),
        base_url=read.take("baseUrl", str),
        server_port=read.take("serverPort", int),
        authentication=kind,
        provider=authentication.rest(),
        cull_after=idle.take("cullAfter", int),
        max_age=idle.take("maxAge", int),
        look_every=idle.take("lookEvery", int),
        roster_interval=float(read.take("rosterInterval", int, float)),
        hub=hub_section.read(hub),
        look=section.read(look),
        hard_revocation=revoke == "hard",
        dynamic=dynamic.read(read.take("dynamic", dict, type(None)), kind),
        on_nodes=read.switch("onNodes"),
        forwarding=_forwarding(forwarding),
        database=database.take("kind", str),
        database_ca=database.take("ca", str),
        data_dir=data_dir,
    )
    for reader in (read, authentication, idle, forwarding, database, hub, look):
        reader.done()
    if settings.database not in ("sqlite", "postgresql"):
        raise SettingsError("database.kind must be sqlite or postgresql")
    if not settings.person_prefix:
        raise SettingsError("personPrefix must not be empty")
    if not (settings.base_url.startswith("/") and settings.base_url.endswith("/")):
        raise SettingsError("baseUrl must start and end with a slash")
    if settings.roster_interval <= 0 or min(settings.cull_after, settings.max_age, settings.look_every) < 0:
        raise SettingsError("rosterInterval must be above 0, what idle says not below 0")
    return settings


def _forwarding(read: Reader) -> Forwarding:
    try:
        return Forwarding.of(read.take("hops", int), read.take("trusted", list))
    except ValueError as error:
        raise SettingsError(f"forwarding.trusted: {error}") from None


@dataclass(frozen=True)
class Secrets:
    """Secrets are not in the settings, because those may be shown.

    JupyterHub itself reads CONFIGPROXY_AUTH_TOKEN and JUPYTERHUB_CRYPT_KEY. Here they are only checked.
    """

    cookie_secret: bytes = field(repr=False)
    admin_token: str = field(repr=False)
    authentication: str = field(repr=False, default="")
    """The secret that the identity provider gave this hub; empty for types that need none."""


def secrets(env: Mapping[str, str] = os.environ) -> Secrets:
    names = ("CONFIGPROXY_AUTH_TOKEN", "JUPYTERHUB_COOKIE_SECRET", "JUPYTERHUB_CRYPT_KEY", "JUPYTERHUB_ADMIN_TOKEN")
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise SettingsError(f"not set: {', '.join(missing)}")
    for name in ("JUPYTERHUB_COOKIE_SECRET", "JUPYTERHUB_CRYPT_KEY"):
        if not re.fullmatch("[0-9a-fA-F]{64}", env[name]):
            raise SettingsError(f"{name} must be 64 hexadecimal digits")
    if not 8 <= len(env["JUPYTERHUB_ADMIN_TOKEN"]) <= 64:
        raise SettingsError("JUPYTERHUB_ADMIN_TOKEN must have 8 to 64 characters")
    return Secrets(
        bytes.fromhex(env["JUPYTERHUB_COOKIE_SECRET"]),
        env["JUPYTERHUB_ADMIN_TOKEN"],
        env.get("JUPYTERHUB_AUTHENTICATION_SECRET", ""),
    )
