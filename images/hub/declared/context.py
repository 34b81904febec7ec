"""The few objects that app, authenticator and spawner share.

JupyterHub makes these three itself, from classes, so they cannot get arguments from us. They ask here. Everything else
gets what it needs as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .gate import Gate
from .people.entered import Entered
from .people.keeper import Keeper
from .settings import Settings, from_env
from .store.notices import Notices
from .turns import Turns


@dataclass(frozen=True)
class Context:
    settings: Settings
    gate: Gate
    keeper: Keeper
    entered: Entered
    notices: Notices
    turns: Turns


@cache
def current() -> Context:
    settings = from_env()
    data, gate = settings.data_dir, Gate(settings.gate)
    keeper = Keeper(gate, settings.roster, settings.person_prefix, data)
    return Context(
        settings=settings,
        gate=gate,
        keeper=keeper,
        entered=Entered(data / "entered.json", keeper),
        notices=Notices(data),
        turns=Turns(settings.hub.concurrent_spawns),
    )
