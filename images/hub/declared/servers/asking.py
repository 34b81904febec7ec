"""Requests for a server, from a page or by the API: the options are checked before JupyterHub keeps them.

JupyterHub writes options down before it starts a server, and takes them again at the next start. So what is refused
must not get there.
"""

from __future__ import annotations

from typing import Any

from jupyterhub.apihandlers.users import UserServerAPIHandler
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.pages import SpawnHandler
from tornado import web
from tornado.httputil import url_concat

from .. import names
from ..look.language import t
from .problems import problem

OF_A_SERVER = frozenset(
    {"api", "consoles", "doc", "edit", "files", "kernelspecs", "lab", "login", "logout", "metrics", "nbconvert"}
    | {"notebooks", "proxy", "robots", "static", "terminals", "tree", "view"}
    # Of extensions that images often have.
    | {"formgrader", "git-pull", "validate"}
)
"""First parts of the paths of a default server: a named server would hide its page of the same name."""

LONGEST_BODY = 2**16
"""Bytes of a request. Options are kept in the database, and are in each answer that lists servers."""

LONGEST_SHOWN = 60

PATCHABLE = frozenset({"name", "display_name", "user_options"})


class _Asked(BaseHandler):
    """What both ways have in common."""

    _refusal: web.HTTPError | None = None

    async def prepare(self) -> None:
        await super().prepare()
        if len(self.request.body) > LONGEST_BODY:
            raise problem(f"The options of a server have at most {LONGEST_BODY // 1024} KiB.", "body", 413)

    async def _check_named_server_request(
        self, user: Any, server_name: Any, display_name: Any, check_limit: bool = True
    ) -> None:
        if await self.get_current_user_named_server_limit() == 0:
            raise problem("Nobody has further servers here: each person has one.", "name", 403)
        if server_name != "":
            _check_name(server_name)
        if not isinstance(display_name, str):
            raise problem("The name of a server that people see must be a text.", "name", 400)
        await super()._check_named_server_request(user, server_name, display_name, check_limit=check_limit)

    async def spawn_single_user(
        self, user: Any, server_name: str = "", display_name: str = "", options: dict[str, Any] | None = None
    ) -> Any:
        # The page for a start by its URL would start another server in place of one that was refused.
        if self._refusal is not None:
            raise self._refusal
        spawner = user.get_or_create_spawner(server_name, display_name, replace_failed=True)
        if spawner.pending == "spawn":
            # Somebody has pressed twice. JupyterHub looked before the first one had begun, and would fail here.
            return None
        try:
            chosen = spawner.choose(options)
        except web.HTTPError as refusal:
            self._refusal = refusal
            raise
        return await super().spawn_single_user(user, server_name, display_name, options=chosen)


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not names.good_server(name):
        raise problem(
            "A server's name has small letters a to z, digits, and single dashes between them; it begins with a letter "
            f"and has at most {names.LONGEST_SERVER} characters.",
            "name",
            400,
        )
    if name in OF_A_SERVER:
        raise problem(f"A server cannot be called {name}: a page of the default server has this name.", "name", 400)


class AskedByApi(_Asked, UserServerAPIHandler):
    def get_json_body(self) -> dict[str, Any] | None:
        """JupyterHub itself stumbles over anything but an object, for some methods."""
        body = super().get_json_body()
        if body is not None and not isinstance(body, dict):
            raise problem("The body must be a JSON object.", "body", 400)
        return body

    async def patch(self, user_name: str, server_name: str = "") -> None:
        unknown = sorted(set(self.get_json_body() or {}) - PATCHABLE)
        if unknown:
            raise problem(
                "Only name, display_name and user_options of a server can be changed, not "
                f"{', '.join(map(_shown, unknown))}.",
                "body",
                400,
            )
        await super().patch(user_name, server_name)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """In the language of the page: the one with the list of servers shows the answer to its button."""
        _, error, trace = kwargs.get("exc_info") or (None, None, None)
        message = getattr(error, "jupyterhub_message", None) or getattr(error, "log_message", None)
        if isinstance(error, web.HTTPError) and t(message) != message:
            # Another error, because the spawner keeps this one for pages in other languages.
            said = problem(t(message), str(error.reason), error.status_code)
            said.headers = getattr(error, "headers", None)
            kwargs["exc_info"] = (type(said), said, trace)
        super().write_error(status_code, **kwargs)


def _shown(said: str) -> str:
    return said if len(said) <= LONGEST_SHOWN and said.isprintable() else "what was asked for"


class AskedByPage(_Asked, SpawnHandler):
    async def prepare(self) -> None:
        """JupyterHub takes all of a form for UTF-8."""
        await super().prepare()
        arguments = self.request.arguments
        try:
            for value in (value for values in arguments.values() for value in values):
                value.decode("utf-8")
        except UnicodeDecodeError:
            raise problem("The form is not in UTF-8.", "form", 400) from None

    async def _post(self, user_name: str, server_name: str, display_name: str) -> None:
        try:
            await super()._post(user_name=user_name, server_name=server_name, display_name=display_name)
        except web.HTTPError as error:
            user = self.find_user(user_name)
            spawner = None if user is None else user.spawners.get(server_name)
            if error.status_code != 400 or spawner is None or not spawner.active:
                raise
            # The button was pressed twice, or on an old page. The page of a start leads on to a server that runs.
            self.redirect(self._get_pending_url(user, server_name))

    async def _render_form(
        self, for_user: Any, spawner_options_form: str, message: str = "", html_message: str = ""
    ) -> Any:
        """As JupyterHub does it, but with the server that was asked for: after an error it has the default one."""
        server_name = self.path_args[1] if len(self.path_args) > 1 else ""
        spawner = for_user.spawners[server_name]
        spawner.handler = self
        return await self.render_template(
            "spawn.html",
            for_user=for_user,
            auth_state=await for_user.get_auth_state(),
            spawner_options_form=await spawner.get_options_form(),
            error_message=message,
            html_error_message=html_message,
            url=url_concat(self.request.uri, {"_xsrf": self.xsrf_token.decode("ascii")}),
            spawner=spawner,
        )


def put_in_place_of_jupyterhubs(handlers: list[tuple[Any, ...]]) -> None:
    ours = {UserServerAPIHandler: AskedByApi, SpawnHandler: AskedByPage}
    handlers[:] = [(path, ours.get(handler, handler), *more) for path, handler, *more in handlers]
