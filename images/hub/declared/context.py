"""The few objects that app, authenticator and spawner share.

JupyterHub makes these three itself, from classes, so they cannot get arguments from us. They ask here. Everything else
gets what it needs as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .gate import Gate
from .gpus import Gpus
from .names import Server
from .nodes_gate import NodesGate
from .people.admitted import Admitted
from .people.entered import Entered
from .people.keeper import Keeper
from .remains import Remains
from .settings import Settings, from_env
from .store.address import Address
from .store.notices import Notices
from .store.outage import Outage
from .turns import Turns


@dataclass(frozen=True)
class Context:
    settings: Settings
    gate: Gate
    keeper: Keeper
    entered: Entered
    notices: Notices
    turns: Turns
    gpus: Gpus
    remains: Remains
    database: Address | None
    """None: a file of SQLite."""
    outage: Outage
    starting: set[Server]
    """Servers that may run already although their token is not valid yet (servers/launching.py)."""


@cache
def current() -> Context:
    settings = from_env()
    data = settings.data_dir
    gate = NodesGate(settings.gate, settings.roster) if settings.on_nodes else Gate(settings.gate)
    by = settings.dynamic.fingerprint(settings.authentication) if settings.dynamic else None
    database = Address.from_env(settings.database_ca) if settings.database == "postgresql" else None
    keeper = Keeper(gate, settings, Admitted(data, settings.person_prefix, by))
    return Context(
        settings=settings,
        gate=gate,
        keeper=keeper,
        entered=Entered(data / "entered.json", keeper),
        notices=Notices(data),
        turns=Turns(settings.hub.concurrent_spawns),
        gpus=Gpus(gate.gpus),
        remains=Remains(),
        database=database,
        outage=Outage(database),
        starting=set(),
    )
