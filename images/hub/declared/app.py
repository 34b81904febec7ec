"""JupyterHub with background loops: follow the roster, keep the proxy's routes, find servers that run already, stop
idle ones, and start and stop others by the clock.

It is a subclass, so that `python -m declared` takes the arguments and subcommands of `jupyterhub` (`upgrade-db`,
`token`).
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from typing import Any
from urllib.parse import urlparse

from aiohttp.resolver import ThreadedResolver
from jupyterhub import orm
from jupyterhub.app import JupyterHub
from jupyterhub.httpclient import JupyterHubHTTPClient
from jupyterhub.roles import get_default_roles
from jupyterhub.utils import url_path_join
from sqlalchemy.exc import SQLAlchemyError

from . import context, logs, safe_mode
from .clock.clock import Clock
from .clock.looks import Hub, HubLooks
from .clock.record import Record
from .guests import Guests
from .look import language
from .look import pages as look_pages
from .names import Server
from .reconcile import Reconciler, end_added_services
from .servers import asking, routes
from .servers.api import Servers
from .servers.culler import Culler
from .servers.finder import Finder
from .store import full_disk
from .store.database import Database
from .store.kept import FILE
from .store.postgresql import Postgresql
from .store.schema import Refused
from .store.waiting import Waiting

ADMINS_MAY = [
    "admin-ui",
    "list:users",
    "read:users",
    "admin:servers",
    "list:groups",
    "read:groups",
    "list:services",
    "read:services",
    "read:roles",
    "read:hub",
    "read:metrics",
]
"""Scopes of admins: they see everybody, and start and stop servers. People change on the roster alone.

This is a list of what is allowed, so that admins do not get what a later JupyterHub adds to the role. Left out are:

- `access:servers`, `tokens` and `shares`: admins enter servers only if the stack file says so (`hub.adminAccess`).
- `proxy`: the hub would send the proxy's token to any address that they enter.
- `admin:services`: a service is a page on the hub's own origin.
- `admin:users`: it includes the state of everybody's log-in. Its harmless parts are in the list.
"""


class DeclaredHub(JupyterHub):
    name = "jupyterhub"
    roster_patience = 3.0
    _loops: tuple[asyncio.Task[None], ...] = ()
    _database: Database | Postgresql | None = None
    _clock: Clock | None = None
    _routes: routes.Routes | None = None

    def init_logging(self) -> None:
        super().init_logging()
        full_disk.explain()
        if self._is_hub:
            full_disk.let_in(context.current().settings.data_dir)
        logging.getLogger("declared").parent = self.log
        for handler in self.log.handlers:
            handler.addFilter(logs.Quiet())

    def init_db(self) -> None:
        current = context.current()
        data, address, outage = current.settings.data_dir, current.database, current.outage
        # Not where the stack file's own Python has set another one.
        if self._is_hub and address is not None and self.db_url == address.url:
            self._database = Postgresql(address, current.settings.instance, data)
            outage.explain()
        elif self._is_hub and self.db_url == f"sqlite:///{data / FILE}":
            self._database = Database(data / FILE)
        if self._database is not None:
            try:
                outage.wait_for(self._database.open, current.settings.look, current.settings.hub_port)
            except Refused as error:
                self.exit(f"jupyterhub: the database {error}")
        super().init_db()

    def init_hub(self) -> None:
        super().init_hub()
        # A restarted container has another address, so its name must be looked up each time. The resolver that aiohttp
        # prefers caches an answer for the ten minutes that Docker's DNS allows.
        client = JupyterHubHTTPClient.instance(parent=self)
        client.connector_options = {**client.connector_options, "use_dns_cache": False, "resolver": ThreadedResolver()}

    def init_handlers(self) -> None:
        super().init_handlers()
        current = context.current()
        look = current.settings.look
        if current.settings.dynamic is not None:
            asking.put_in_place_of_jupyterhubs(self.handlers)
        own = [*safe_mode.handlers(current.starting), *look_pages.handlers(look, look_pages.logo(look))]
        self.handlers[:0] = self.add_url_prefix(self.hub_prefix, own)

    def init_tornado_application(self) -> None:
        super().init_tornado_application()
        self.tornado_application.add_transform(language.transform(context.current().settings.look.language))
        self._say_when_waiting()

    def _say_when_waiting(self) -> None:
        """While the database is away, every address but those of static files has one answer."""
        current = context.current()
        application, found = self.tornado_application, self.tornado_application.find_handler
        answer = {"outage": current.outage, "look": current.settings.look}
        static = url_path_join(self.hub_prefix, "static/")

        def find_handler(request: Any, **kwargs: Any) -> Any:
            if current.outage.away and not request.path.startswith(static):
                return application.get_handler_delegate(request, Waiting, answer)
            return found(request, **kwargs)

        application.find_handler = find_handler

    async def init_role_creation(self) -> None:
        """Admins get ADMINS_MAY. JupyterHub's configuration cannot change the scopes of this role."""
        whole = next(list(role["scopes"]) for role in get_default_roles() if role["name"] == "admin")
        admin = orm.Role.find(self.db, "admin")
        if admin:
            # As JupyterHub expects it. Otherwise it warns at every start that the role has gained scopes.
            admin.scopes = whole
        await super().init_role_creation()
        entering = ["access:servers"] if context.current().settings.hub.admin_access else []
        orm.Role.find(self.db, "admin").scopes = ADMINS_MAY + entering
        self.db.commit()

    def init_services(self) -> None:
        # First, because a declared service is not run while an added one has its name.
        end_added_services(self)
        super().init_services()

    async def init_api_tokens(self) -> None:
        self._end_old_service_tokens()
        await super().init_api_tokens()

    def _end_old_service_tokens(self) -> None:
        """JupyterHub adds the configured tokens, but keeps earlier ones: a replaced token would stay valid."""
        for service in self._service_map.values():
            for token in list(service.orm.api_tokens):
                if not (service.api_token and token.match(service.api_token)):
                    self.db.delete(token)
        self.db.commit()

    async def launch_instance_async(self, argv: list[str] | None = None) -> None:
        try:
            await super().launch_instance_async(argv)
        except BaseException:
            if self._database is not None:
                session = getattr(self, "db", None)
                if session is not None:
                    session.close()
                    session.get_bind().dispose()
                self._database.put_back()
            raise

    async def initialize(self, *args: Any, **kwargs: Any) -> None:
        await super().initialize(*args, **kwargs)
        if not self._is_hub:
            return
        # Before the hub takes requests.
        await context.current().keeper.read(self.roster_patience)

    async def start(self) -> None:
        await super().start()
        if not self._is_hub:
            return
        if self._database is not None:
            self._database.confirm()
        token = os.environ.get("JUPYTERHUB_ADMIN_TOKEN", "")
        current = context.current()
        settings, keeper = current.settings, current.keeper
        servers = Servers(self._own_api, token)
        self.reconciler = Reconciler(self, current, servers)
        finder = Finder(self, current.gate, servers, self.reconciler.row_for)
        culler = Culler(self._own_api, token, settings, current.notices)
        hub = Hub(servers, HubLooks(self, current.gpus), lambda: current.notices.held is not None)
        self._routes = routes.Routes(self)
        clock = self._clock = Clock(hub, Record(settings.data_dir / "clock.json"))
        loops: list[tuple[float, Any]] = [
            (settings.roster_interval, self._follow_roster),
            (routes.EVERY, self._routes.pass_over),
            (settings.roster_interval, lambda: finder.pass_over(keeper.roster)),
            (settings.roster_interval, lambda: clock.pass_over(keeper.roster)),
        ]
        if settings.dynamic is not None:
            guests = Guests(self, keeper.admitted)
            loops.append((settings.roster_interval, self._remove_remains))
            loops.append((settings.roster_interval, guests.pass_over))
        if settings.look_every > 0:
            loops.append((settings.look_every, lambda: culler.pass_over(keeper.roster)))
        following = asyncio.create_task(current.outage.follow(self._forget_unwritten))
        self._loops = (following, *(asyncio.create_task(self._every(seconds, act)) for seconds, act in loops))

    async def cleanup(self) -> None:
        for loop in self._loops:
            loop.cancel()
        if self._clock is not None:
            self._clock.close()
        if self._routes is not None:
            self._routes.close()
        context.current().outage.close()
        await super().cleanup()

    @property
    def _is_hub(self) -> bool:
        """False for a subcommand, and for flags that only write a file."""
        return not (self.subapp or self.generate_config or self.generate_certs)

    @property
    def _own_api(self) -> str:
        port = urlparse(self.hub.bind_url).port
        return f"http://127.0.0.1:{port}" + url_path_join(self.hub.base_url, "api")

    async def _every(self, seconds: float, act: Any) -> None:
        outage = context.current().outage
        while True:
            try:
                if not outage.away:
                    await act()
            except Exception:
                if outage.away:  # The log says so already.
                    self._forget_unwritten()
                else:
                    self.log.exception("A pass failed, the next one follows")
                    self.db.rollback()
            await asyncio.sleep(seconds)

    def _forget_unwritten(self) -> None:
        """What could not be written when the database went away would keep JupyterHub from reading anything."""
        with suppress(SQLAlchemyError):
            self.db.rollback()

    async def _follow_roster(self) -> None:
        keeper = context.current().keeper
        await keeper.read()
        await self.reconciler.pass_over(keeper.roster)

    async def _remove_remains(self) -> None:
        current = context.current()
        await current.remains.pass_over(current.gate.discard, self._is_active)

    def _is_active(self, server: Server) -> bool:
        user = self.users.get(server.person)
        spawner = None if user is None else user.spawners.get(server.name)
        return spawner is not None and bool(spawner.active)


def main() -> None:
    DeclaredHub.launch_instance()
