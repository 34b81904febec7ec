"""What the hub is told when it is made: one JSON object in the environment, no secrets in it.

It is checked completely at start. A hub that misreads its settings would still let people in, so an unknown, missing
or ill-typed key ends the hub with a sentence that names the key.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import hub_section
from .forwarding import Forwarding
from .hub_section import HubSection
from .reader import Reader, SettingsError

VARIABLE = "JUPYTERHUB_SETTINGS"
DATA_DIR_VARIABLE = "JUPYTERHUB_DATA_DIR"

DATA_DIR = Path("/srv/jupyterhub/data")
"""The one place that outlives the container: the database, and the last roster that was read."""


@dataclass(frozen=True)
class Settings:
    instance: str
    roster: str
    """Name of the container that carries the roster as a label."""
    gate: str
    """Where the Docker API is reached: the gate, never the socket."""
    person_prefix: str
    """What every person's container name starts with; no other container is ever named in a request."""
    hub_host: str
    hub_port: int
    proxy_api: str
    public_url: str
    base_url: str
    server_port: int
    authentication: str
    """The type: how people show who they are."""
    provider: Mapping[str, Any]
    """What the type has besides; the module of the type reads it, as strictly as this one."""
    cull_after: int
    """Seconds without activity after which a server is stopped; 0: never."""
    max_age: int
    """Seconds after its start after which a server is stopped; 0: never."""
    look_every: int
    """Seconds between two looks for servers to stop; 0: nobody's is."""
    roster_interval: float
    hub: HubSection
    hard_revocation: bool
    """Whether servers that a removed person had entered are stopped."""
    forwarding: Forwarding = field(default_factory=Forwarding)
    data_dir: Path = DATA_DIR

    @property
    def callback_url(self) -> str:
        """Where an identity provider sends people back to: what is registered there."""
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
    hub = Reader("hub.", read.take("hub", dict))
    revoke = read.take("revoke", str)
    if revoke not in ("soft", "hard"):
        raise SettingsError("revoke must be soft or hard")
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
        authentication=authentication.take("type", str),
        provider=authentication.rest(),
        cull_after=idle.take("cullAfter", int),
        max_age=idle.take("maxAge", int),
        look_every=idle.take("lookEvery", int),
        roster_interval=float(read.take("rosterInterval", int, float)),
        hub=hub_section.read(hub),
        hard_revocation=revoke == "hard",
        forwarding=_forwarding(forwarding),
        data_dir=data_dir,
    )
    for reader in (read, authentication, idle, forwarding, hub):
        reader.done()
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
    """What is not in the settings, because those may be shown. CONFIGPROXY_AUTH_TOKEN and JUPYTERHUB_CRYPT_KEY are read
    by JupyterHub itself, and only looked for here."""

    cookie_secret: bytes = field(repr=False)
    admin_token: str = field(repr=False)
    authentication: str = field(repr=False, default="")
    """What the identity provider knows this hub by; empty for types that need none."""


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
