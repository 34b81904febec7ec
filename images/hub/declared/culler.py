"""Stops servers that nobody uses, by the official culler, as a service that may do just that.

The culler asks `spare_always_on` about each server. It runs as a process of its own, so the roster that is in force is
read from where the hub keeps it.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from . import settings as _settings
from .roster import RosterError, parse
from .settings import Settings

SERVICE = "idle-culler"
CONFIG = Path(__file__).with_name("culler_config.py")


def service(settings: Settings) -> dict[str, Any]:
    every = max(5, min(settings.cull_after // 2, 300))
    return {
        "name": SERVICE,
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={settings.cull_after}",
            f"--cull-every={every}",
            f"--config={CONFIG}",
        ],
        # a service gets an environment of its own
        "environment": {key: os.environ[key] for key in (_settings.VARIABLE, _settings.DATA_DIR_VARIABLE) if key in os.environ},
    }


def role() -> dict[str, Any]:
    return {
        "name": SERVICE,
        "description": "See who has a server and when it was last used; stop it",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": [SERVICE],
    }


def spare_always_on(*, inactive: timedelta, inactive_limit: int, server: dict[str, Any], **_: Any) -> bool:
    if inactive.total_seconds() < inactive_limit:
        return False
    settings = _settings.from_env()
    try:
        roster = parse((settings.data_dir / "roster.json").read_text(), settings.person_prefix)
    except (OSError, RosterError):
        # without a roster it is not known who is meant to stay
        return False
    person = roster.get(_owner(server, settings.base_url))
    return person is None or not person.always_on


def _owner(server: dict[str, Any], base_url: str) -> str:
    """The culler hands over the server without its owner; the path has the name in it."""
    return unquote(server["url"].removeprefix(f"{base_url}user/").split("/", 1)[0])
