"""Stops servers that nobody uses, by the official culler, as a service that may do just that.

The culler asks `is_over` about each server. It runs as a process of its own, so the roster that is in force is
read from where the hub keeps it.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from . import settings as _settings
from .notices import Notices
from .roster import RosterError, parse
from .settings import Settings

SERVICE = "idle-culler"
CONFIG = Path(__file__).with_name("culler_config.py")


def service(settings: Settings) -> dict[str, Any]:
    return {
        "name": SERVICE,
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            # the limits are looked up for each person
            "--timeout=1",
            f"--cull-every={settings.look_every}",
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


def is_over(*, inactive: timedelta, server: dict[str, Any], **_: Any) -> bool:
    settings = _settings.from_env()
    try:
        roster = parse((settings.data_dir / "roster.json").read_text(), settings.person_prefix)
    except (OSError, RosterError):
        # without a roster it is not known who is meant to stay
        return False
    name = _owner(server, settings.base_url)
    person = roster.get(name)
    if person is not None and person.always_on:
        return False
    own = person.idle if person is not None else {}
    cull_after = own.get("cullAfter", settings.cull_after)
    max_age = own.get("maxAge", settings.max_age)
    if cull_after and inactive.total_seconds() >= cull_after:
        return True
    if max_age and _age(server) >= max_age:
        # somebody may be at work, and would not know why
        Notices(settings.data_dir).leave(name, f"Your server was stopped because it had run for {_words(max_age)}, the longest time here.")
        return True
    return False


def _age(server: dict[str, Any]) -> float:
    return (datetime.now(timezone.utc) - datetime.fromisoformat(server["started"].replace("Z", "+00:00"))).total_seconds()


def _words(seconds: int) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds % size == 0 and seconds > size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def _owner(server: dict[str, Any], base_url: str) -> str:
    """The culler hands over the server without its owner; the path has the name in it."""
    return unquote(server["url"].removeprefix(f"{base_url}user/").split("/", 1)[0])
