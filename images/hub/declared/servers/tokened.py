"""The token of a server, and its OAuth client: both are made where its container is made, and only taken over here."""

from __future__ import annotations

from typing import Any

from jupyterhub.spawner import Spawner
from jupyterhub.utils import url_escape_path, url_path_join

from .. import names
from ..names import Server
from ..store import tokens
from .problems import problem


class TokenedSpawner(Spawner):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.user:
            self.oauth_client_id = names.oauth_client_id(self.user.name, self.name)
        self._client_scopes: list[str] | None = None

    @property
    def whose(self) -> Server:
        return Server(self.user.name, self.name)

    @property
    def path(self) -> str:
        """Of its URLs."""
        return str(url_path_join(self.user.base_url, url_escape_path(self.name), "/"))

    @property
    def object_name(self) -> str:
        """Of its container; empty without one."""
        raise NotImplementedError

    # JupyterHub takes no spawner without these.

    async def start(self) -> tuple[str, int]:
        raise NotImplementedError

    async def stop(self, now: bool = False) -> None:
        raise NotImplementedError

    async def poll(self) -> int | None:
        raise NotImplementedError

    # Token and OAuth client

    def _adopt(self, found: dict[str, Any]) -> str:
        """@returns the container's token, which is valid from now on"""
        token = tokens.from_container(found)
        if not token:
            raise problem("Your server has no token of its own. Tell whoever looks after this hub.", "no-token")
        try:
            tokens.register(self.user.db, self, token)
        except tokens.WrongOwner:
            self.log.error("%s has a token that is somebody else's", self.object_name)
            raise problem("Your server has a wrong token. Tell whoever looks after this hub.", "wrong-token") from None
        except ValueError as error:
            # JupyterHub accepts 8 to 64 characters.
            raise problem(f"Your server's token is invalid: {error}", "wrong-token") from None
        return token

    def _keep_scopes(self) -> None:
        """Called before the start: JupyterHub has just given them to its OAuth client."""
        client = self.orm_spawner.oauth_client
        self._client_scopes = list(client.allowed_scopes) if client else None

    will_resume = False
    """False makes JupyterHub delete token and OAuth client at a stop, although the container stays."""

    def start_polling(self) -> None:
        """Restores the OAuth client's scopes: JupyterHub registers it again without them just before this call, because
        the container has another token than it created.
        """
        client = self.orm_spawner.oauth_client
        if client and self._client_scopes is not None and list(client.allowed_scopes) != self._client_scopes:
            client.allowed_scopes = self._client_scopes
            client.description = f"Server at {self.path}"
            self.user.db.commit()
        super().start_polling()

    def run_post_stop_hook(self) -> Any:
        """Deletes the server's tokens, also if it ended by itself or an earlier hub had started it."""
        tokens.end(self.user.db, self.user, self.name)
        return super().run_post_stop_hook()
