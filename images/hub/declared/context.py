"""The few objects that authenticator, spawner and reconciler share.

JupyterHub makes the first two itself, from classes, so they cannot be handed anything: they ask here.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import settings as _settings
from .entered import Entered
from .gate import Gate
from .keeper import Keeper
from .notices import Notices
from .settings import Settings
from .turns import Turns


@dataclass(frozen=True)
class Context:
    settings: Settings
    gate: Gate
    keeper: Keeper
    entered: Entered
    notices: Notices
    turns: Turns


_current: Context | None = None


def make(settings: Settings) -> Context:
    gate = Gate(settings.gate)
    keeper = Keeper(gate, settings.roster, settings.person_prefix, settings.data_dir)
    data = settings.data_dir
    return Context(
        settings, gate, keeper, Entered(data / "entered.json"), Notices(data), Turns(settings.hub.concurrent_spawns)
    )


def current() -> Context:
    global _current
    if _current is None:
        _current = make(_settings.from_env())
    return _current


def use(context: Context | None) -> None:
    """For tests."""
    global _current
    _current = context
