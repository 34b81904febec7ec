"""Makes the hub's database and servers follow the roster, in one pass after another.

Each pass compares, whatever earlier ones did. So the next pass corrects any deviation: by an admin in the panel, a hub
that was killed half-way, or a database from a backup. A pass that could find nothing new is left out: the list is the
same, and nobody has written to the database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from jupyterhub import orm, roles
from sqlalchemy import event

from .context import Context
from .names import Server
from .people import incarnation, revoke, rows
from .people.roster import Person, Roster
from .servers.api import Servers

log = logging.getLogger("declared.reconcile")

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 60.0

AT_LEAST_EVERY = 30.0
"""Seconds after which a pass is made in any case: the database may have been changed by other means than the hub."""

SAID = 10
"""Names in a line of the log."""


class Reconciler:
    """`servers` starts and stops people's servers through the hub's API (servers/api.py)."""

    def __init__(self, app: Any, context: Context, servers: Servers) -> None:
        self._app = app
        self._context = context
        self._servers = servers
        self._busy: dict[Server, asyncio.Task[None]] = {}
        self._failed: dict[str, tuple[float, float]] = {}
        self._commits = 0
        self._followed: tuple[Any, ...] = ()
        """What the last pass went by."""
        self._followed_at = -AT_LEAST_EVERY
        self._waits = False
        """Whether a server is not yet as it must be."""
        event.listen(app.db, "after_commit", self._committed)

    def _committed(self, _session: Any) -> None:
        self._commits += 1

    async def pass_over(self, roster: Roster | None) -> None:
        now = time.monotonic()
        # What is written during the pass is looked at once more.
        given = (roster, self._context.keeper.admitted.changes, self._context.notices.held is not None, self._commits)
        if given == self._followed and now - self._followed_at < AT_LEAST_EVERY:
            return
        self._followed, self._followed_at, self._waits = (), now, False
        await self._follow_all(roster)
        if not self._waits:
            self._followed = given

    async def _follow_all(self, roster: Roster | None) -> None:
        end_added_services(self._app)
        if roster is None:
            return
        there = self._app.db.query(orm.User).all()
        known = {row.name for row in there}
        for row in there:
            self._follow(row, roster.get(row.name))
        held = self._context.notices.held is not None
        # Also people who have never logged in, so that an admin can start their server in the panel.
        await self._make_rows([person for person in roster if person.name not in known])
        for person in roster:
            if person.always_on and not held:
                await self._keep_up(person)

    def _follow(self, row: orm.User, person: Person | None) -> None:
        db, user = self._app.db, self._app.users[row]
        kind = self._context.settings.authentication
        if person is None:
            if revoke.needed(row):
                log.info("%s is not on the roster: everything is revoked", row.name)
                revoke.everything(db, user, None, kind)
                self._end_entered(row.name)
            self._end_servers(user)
        elif not incarnation.current(row, person):
            log.info("%s is somebody new: what the name was given before is revoked", row.name)
            revoke.everything(db, user, person, kind)
            self._end_entered(row.name)
            self._forget_servers(user)
            self._set_rights(user, person)
        else:
            if not incarnation.proven(row, person, kind):
                log.info("%s has another password, or another way to log in: sessions and tokens end", row.name)
                revoke.sessions(db, user, person, kind)
                self._end_entered(row.name)
                if self._context.settings.hard_revocation:
                    # Somebody with the old password may still be in one.
                    self._end_servers(user)
            self._set_rights(user, person)

    async def settled(self) -> None:
        """For tests: waits until all starts and stops have ended."""
        while self._busy:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _set_rights(self, user: Any, person: Person) -> None:
        row = user.orm_user
        if row.admin != person.admin:
            log.info("%s: admin set to %s as the roster says", person.name, person.admin)
            row.admin = person.admin
        if _admin_role(row) != person.admin:
            roles.assign_default_roles(self._app.db, entity=row)
            self._app.db.commit()
        if {group.name for group in row.groups} != set(person.groups):
            user.sync_groups(list(person.groups))
        declared = self._context.settings.hub
        wanted = declared.roles_of(person.name)
        has = {role.name for role in row.roles} & declared.role_names
        for name in wanted ^ has:
            role = orm.Role.find(self._app.db, name)
            (row.roles.append if name in wanted else row.roles.remove)(role)
        if wanted != has:
            log.info("%s: roles set to %s", person.name, sorted(wanted) or "none")
            self._app.db.commit()

    def _end_entered(self, name: str) -> None:
        """Stops the servers that `name` had entered, with `revoke: hard`.

        An open connection is not checked again, and somebody who was in a server may have left something running there
        that lets them back in. Only a stop ends both.
        """
        if not self._context.settings.hard_revocation:
            return
        for server in self._context.entered.by(name):
            row = orm.User.find(self._app.db, server.person)
            if row is not None and server.person != name:
                log.info("%s had entered the server of %s: it is stopped", name, server)
                self._end_server(self._app.users[row], server.name)

    def _end_servers(self, user: Any) -> None:
        for name in list(user.spawners):
            self._end_server(user, name)

    def _end_server(self, user: Any, name: str) -> None:
        spawner = user.spawners.get(name)
        self._waits = self._waits or (spawner is not None and spawner.active)
        if spawner is not None and spawner.active and spawner.pending not in ("stop", "check"):
            self._begin(Server(user.name, name), lambda: self._servers.stop(user.name, name))

    def _forget_servers(self, user: Any) -> None:
        """Ends them too. What the earlier person of this name called servers and chose is not the next one's."""
        for name, row in user.orm_user.orm_spawners.items():
            row.user_options = None
            if name:
                self._forget_server(user, name)
        self._app.db.commit()
        self._end_server(user, "")

    def _forget_server(self, user: Any, name: str) -> None:
        self._begin(Server(user.name, name), lambda: self._servers.remove(user.name, name))

    async def _keep_up(self, person: Person) -> None:
        user = await self.row_for(person)
        if user.spawner.ready:
            self._failed.pop(person.name, None)
        else:
            self._waits = True
        if user.spawner.active:
            return
        again, pause = self._failed.get(person.name, (0.0, FIRST_PAUSE))
        if time.monotonic() < again or Server(person.name) in self._busy:
            return
        self._failed[person.name] = (time.monotonic() + pause, min(pause * 2, LONGEST_PAUSE))
        log.info("%s is always on: starting", person.name)
        self._begin(Server(person.name), lambda: self._servers.start(person.name))

    async def row_for(self, person: Person) -> Any:
        row = orm.User.find(self._app.db, person.name)
        if row is None:
            await self._make_rows([person])
            row = orm.User.find(self._app.db, person.name)
        return self._app.users[row]

    async def _make_rows(self, people: list[Person]) -> None:
        made = await rows.make(self._app, people, self._context.settings.authentication)
        of = {person.name: person for person in people}
        for row in made:
            self._set_rights(self._app.users[row], of[row.name])
        if made:
            log.info("%d new: %s", len(made), ", ".join([row.name for row in made[:SAID]]))

    def _begin(self, server: Server, act: Callable[[], Awaitable[None]]) -> None:
        """Acts in the background, one action for each server: a stop takes seconds, or longer while Docker is down."""
        self._waits = True
        if server in self._busy:
            return

        async def doing() -> None:
            try:
                await act()
            except Exception as error:
                log.warning("%s: %s", server, error)
            finally:
                self._busy.pop(server, None)

        self._busy[server] = asyncio.create_task(doing())


def end_added_services(app: Any) -> None:
    """Removes services that were added by the API: each has a page on the hub's own origin and a token, and would stay
    in the database.

    The next check of the proxy's routes removes theirs.
    """
    added = app.db.query(orm.Service).filter_by(from_config=False).all()
    for row in added:
        log.info("The service %s is not declared: it is removed", row.name)
        app._service_map.pop(row.name, None)
        app.db.delete(row)
    if added:
        app.db.commit()
    # A service that was still being added may get on this list after its removal.
    there = {service.oauth_client_id for service in app._service_map.values()}
    app.tornado_settings.get("oauth_no_confirm_list", set()).intersection_update(there)


def _admin_role(row: orm.User) -> bool:
    return any(role.name == "admin" for role in row.roles)
