"""The launcher's own settings, from its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VARIABLES = ("LAUNCHER_ROSTER", "LAUNCHER_INSTANCE", "LAUNCHER_PREFIX")
NETWORK = "LAUNCHER_NETWORK"


@dataclass(frozen=True)
class Settings:
    roster: str
    """Name of the container that holds the templates."""
    instance: str
    prefix: str
    """Beginning of all names of the stack."""
    docker: str = "/var/run/docker.sock"
    socket: str = "/run/launcher/launcher.sock"
    network: str = ""
    """Name of the network of people's servers, where these are services of a Swarm; empty where they are containers."""


def read(environment: Mapping[str, str]) -> Settings:
    missing = [name for name in VARIABLES if not environment.get(name)]
    if missing:
        raise SystemExit(f"launcher: {', '.join(missing)}: not set")
    roster, instance, prefix = (environment[name] for name in VARIABLES)
    return Settings(roster, instance, prefix, network=environment.get(NETWORK, ""))
