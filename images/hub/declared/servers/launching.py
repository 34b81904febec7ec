"""`spawning: dynamic`: the launcher makes a server's container at its start, and removes it at its end.

The launcher has the templates. The spawner says whose server it is and what profile it has, and no more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from jupyterhub import orm
from jupyterhub.spawner import SpawnException
from jupyterhub.utils import hash_token, maybe_future

from .. import context, gpus
from ..gate import GateAway, Missing, Refused
from ..names import Server
from ..people import profiles
from ..people.profiles import Choice, Menu, NotOffered
from ..store import tokens
from .problems import explained_of_launcher, kept_out, problem
from .spawner import PATIENCE, POLL_PATIENCE, START_SHARE, AdoptingSpawner

PROFILE_LABEL = "jupyterhub.profile"
"""Of a container: `slug`, or `slug~image`."""

MAKING = 120.0
"""Seconds of JupyterHub's time-out for a start that are for the launcher. A server has the others to answer."""

LEAST = 120.0
"""Seconds that a server has in any case, as where it is declared."""

REMOVAL_PATIENCE = 5.0
"""Seconds that the end of a server waits for the launcher. After them the hub goes on, and tries again."""


class LaunchingSpawner(AdoptingSpawner):
    _choice: Choice | None = None
    """None where there are no profiles."""

    without_container = "Your server does not run. It can be started from the hub's page."

    @property
    def object_name(self) -> str:
        """The server's own container, also for a removed person: nobody else's has this name."""
        person = self.person
        if person and not self.name:
            return person.container
        container = context.current().keeper.admitted.container(self.whose)
        roster = context.current().keeper.roster
        return "" if roster is not None and roster.holds_container(container) else container

    # What it is made of

    @property
    def _menu(self) -> Menu | None:
        roster = context.current().keeper.roster
        return None if roster is None else roster.menu(self.user.name)

    @property
    def _taken(self) -> list[dict[str, Any]]:
        """What its person took for this server, and for their default one."""
        rows = (self.orm_spawner, self.user.orm_user.orm_spawners.get(""))
        return [row.user_options for row in rows if row is not None and isinstance(row.user_options, dict)]

    def choose(self, asked: dict[str, Any] | None) -> dict[str, Any]:
        """@param asked what a request said; None: nothing @returns the options with a profile that is offered"""
        menu, said = self._menu, asked or {}
        others = _without_choice(self.orm_spawner.user_options or {} if asked is None else asked)
        if menu is not None:
            return {**others, **self._chosen(menu, said).options}
        if "profile" in said:
            raise problem("There are no profiles here.", "profile", 403)
        return {**others, **said}

    def _chosen(self, menu: Menu, asked: dict[str, Any]) -> Choice:
        try:
            return menu.choose(asked, self._taken)
        except NotOffered as refusal:
            raise problem(f"{self.user.name} {refusal}.", "profile", 403) from None

    async def get_options_form(self) -> str:
        """A page before the start: where there is something to choose, or a notice to read (templates/spawn.html)."""
        menu = self._menu
        if menu is None or not menu.leaves_a_choice or context.current().notices.held is not None:
            return await super().get_options_form()
        template = self.user.settings["jinja2_env_sync"].get_template("profiles.html")
        return str(template.render(menu=menu, last=menu.last(self._taken)))

    async def run_options_from_form(self, form_data: dict[str, Any]) -> dict[str, Any]:
        return profiles.from_form(await maybe_future(super().run_options_from_form(form_data)))

    async def options_from_query(self, query_data: dict[str, Any]) -> dict[str, Any]:
        return profiles.from_form(await maybe_future(super().options_from_query(query_data)))

    def _check_options(self) -> None:
        menu = self._menu
        if menu is None:
            self._choice = None
            return super()._check_options()
        # Whoever waited for long may not be offered it any more.
        self._choice = self._chosen(menu, self.user_options)
        return None

    # Its GPUs

    async def _wait(self) -> None:
        current, needed = context.current(), self._gpus()
        # One that an earlier hub had started has its own.
        if needed and not await self._runs():
            go_on = self._going_on()
            try:
                await current.gpus.take(self.whose, needed, go_on)
            except asyncio.CancelledError:
                # Whoever is removed or kicked may be interrupted before the wait has seen why.
                go_on()
                raise
            except (gpus.NoneFree, gpus.TooFew, GateAway, Refused) as error:
                raise self._without_gpus(error) from None
        try:
            await super()._wait()
        except BaseException:
            current.gpus.give_back(self.whose)
            raise

    async def _runs(self) -> bool:
        try:
            return await context.current().gate.running(self.object_name, POLL_PATIENCE) is None
        except (Missing, GateAway):
            return False

    def _gpus(self) -> int:
        """How many of the pool the start needs. One that is refused later needs none."""
        current, menu = context.current(), self._menu
        if current.keeper.roster is None or self.person is None or current.notices.held is not None:
            return 0
        own = current.keeper.roster.gpus(self.user.name)
        return own if menu is None else self._chosen(menu, self.user_options).profile.gpus or own

    def _going_on(self) -> Callable[[], None]:
        """@returns what ends the waiting when servers are held, or this one is kicked"""
        notices, name, server = context.current().notices, self.user.name, self.name
        before = notices.of(name, server)

        def go_on() -> None:
            if notices.held is not None:
                raise problem("Servers cannot be started at the moment.", "held")
            if self.person is None:
                raise kept_out(name, context.current().keeper.roster)
            if notices.of(name, server) not in (None, before):
                raise problem("Your server was stopped while it waited for GPUs.", "kicked")

        return go_on

    def _without_gpus(self, error: Exception) -> SpawnException:
        if isinstance(error, gpus.TooFew):
            return problem(f"Your server cannot be started: {error}.", "gpus")
        if not isinstance(error, gpus.NoneFree):
            return explained_of_launcher(error)
        minutes = round(gpus.LONGEST / 60)
        if self._menu is None:
            return problem(f"No GPU became free within {minutes} minutes: try again later.", "gpus")
        return problem(
            f"No GPU became free within {minutes} minutes: try again later, or take another profile.", "gpus"
        )

    def _waits(self) -> str | None:
        return context.current().gpus.words(self.whose) or super()._waits()

    def _give_back(self) -> None:
        super()._give_back()
        context.current().gpus.give_back(self.whose)

    # Start and stop

    async def _bring_up(self) -> dict[str, Any]:
        current, whose = context.current(), self.whose
        current.remains.begin(whose)
        current.starting.add(whose)
        try:
            ids = current.keeper.admitted.ids(whose.person)
            profile = profiles.WITHOUT_PROFILES if self._choice is None else self._choice.segment
            container, made = await current.gate.launch(whose, profile, ids, PATIENCE)
            if container != self.object_name:
                raise Refused(f"the launcher started {container} in place of {self.object_name}")
            found = await current.gate.inspect(container, PATIENCE)
            self.api_token = self._adopt(found)
        finally:
            current.starting.discard(whose)
        if not made:
            self._note_profile(found)
        # A new container has no earlier restarts, and all of its log is of this start.
        return {} if made else found

    def _note_profile(self, found: dict[str, Any]) -> None:
        """Of a server that ran already, perhaps with another profile."""
        label = str(((found.get("Config") or {}).get("Labels") or {}).get(PROFILE_LABEL, ""))
        if self._choice is not None and label and label != self._choice.label:
            slug, _, image = label.partition("~")
            chosen = {"profile": slug, **({"image": image} if image else {})}
            self.user_options = {**_without_choice(self.user_options), **chosen}
            self.orm_spawner.user_options = self.user_options

    async def _answering(self, before: dict[str, Any], until: float) -> None:
        within = max(self.start_timeout - MAKING, LEAST) * START_SHARE
        await super()._answering(before, min(until, time.monotonic() + within))

    def _explained(self, error: Exception) -> Exception:
        return explained_of_launcher(error)

    async def stop(self, now: bool = False) -> None:
        self.log.info("Ending %s", self.object_name)
        try:
            await context.current().gate.end(self.whose)
        except Missing:
            self.log.info("%s is gone already", self.object_name)

    async def _state(self, patience: float | None) -> int | None:
        booting = self._last_answer is None and self._check_pending
        try:
            found = await context.current().gate.inspect(self.object_name, patience)
        except Missing:
            return 0
        except GateAway:
            return self._last_answer[0] if self._last_answer else None
        state = found.get("State") or {}
        if state.get("Running"):
            return self._known_again(found) if booting else None
        context.current().remains.ended(self.whose, found)
        return int(state.get("ExitCode") or 0)

    def _known_again(self, found: dict[str, Any]) -> int | None:
        """Makes the token of a server valid that a killed hub had just started, or that is newer than the database.

        @returns as `poll`: a server with a token of somebody else's is not this person's
        """
        token = tokens.from_container(found)
        known = orm.APIToken.find(self.user.db, token) if token else None
        if known is not None and known.user_id == self.user.id and tokens.is_of(known, self.user, self.name):
            return None
        try:
            self.api_token = self._adopt(found)
        except SpawnException as problem:
            self.log.error("%s: %s", self.object_name, problem)
            return 1
        tokens.end_others(self.user.db, self.user, self.name, self.api_token)
        client = self.orm_spawner.oauth_client
        if client is not None:
            client.secret = hash_token(self.api_token)
            self.user.db.commit()
        self.log.info("%s was started by an earlier hub: it is taken over", self.object_name)
        return None

    async def run_post_stop_hook(self) -> Any:
        """Removes what is left, also of a server that ended by itself or did not start."""
        answer = await maybe_future(super().run_post_stop_hook())
        if self.object_name:
            await self._remove()
        return answer

    async def _remove(self) -> None:
        current = context.current()
        try:
            await current.gate.discard(self.whose, REMOVAL_PATIENCE)
        except Missing:
            pass
        except (GateAway, Refused) as error:
            self.log.warning("%s is not removed yet: %s", self.object_name, error)
            current.remains.leave(self.whose)

    async def rename(self, old_name: str, new_name: str) -> None:
        """The container has the name, and a running one keeps it: only what does not run can be called otherwise."""
        if not old_name:
            raise problem("The default server has no other name.", "rename", 400)
        try:
            await context.current().gate.launched(Server(self.user.name, old_name), PATIENCE)
        except Missing:
            return
        except (GateAway, Refused) as error:
            raise explained_of_launcher(error) from error
        raise problem(f"{self.user.name}/{old_name} is not stopped yet. Try again in a minute.", "rename", 409)


def _without_choice(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key not in ("profile", "image")}
