"""Functions that the page templates call. Each gets the user who looks at the page, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .look.language import t
from .store.notices import Notices

SAFE_MODE = (
    "Your server runs in safe mode: nothing in your home takes part in its start. Mend or remove what kept it from "
    "starting. Then stop it and start it again, and it is in its usual mode."
)


def template_vars(left: Notices, named_servers: Callable[[], int]) -> dict[str, Any]:
    """@param named_servers how many further servers a person may have"""

    def notices(user: Any) -> list[str]:
        """The notice for everybody comes first."""
        own = [left.of(user.name, name) for name in sorted(user.orm_user.orm_spawners)] if user else []
        # After a drain all are the same.
        return list(dict.fromkeys(t(text) for text in [left.held, *own, *in_safe_mode(user)] if text))

    def servers_held(_: Any) -> bool:
        return left.held is not None

    def viewer(user: Any) -> str | None:
        """A page about somebody's server has its owner as `user`, whoever looks at it."""
        return user.name if user else None

    def last_words(user: Any) -> dict[str, list[str]]:
        """What each server of the person who looks at the page wrote before it failed to start."""
        return {name: list(spawner.last_words) for name, spawner in user.spawners.items()} if user else {}

    def named_servers_offered(_: Any) -> bool:
        return named_servers() > 0

    def named_servers_run(user: Any) -> bool:
        """Those that run may be stopped, also when none are offered any more."""
        return user is not None and any(name and spawner.active for name, spawner in user.spawners.items())

    found = (notices, servers_held, viewer, last_words, named_servers_offered, named_servers_run)
    return {function.__name__: function for function in found}


def in_safe_mode(user: Any) -> list[str]:
    spawners = sorted(user.spawners.items()) if user else []
    return [
        SAFE_MODE.replace("server", f"server {name}", 1) if name else SAFE_MODE
        for name, spawner in spawners
        if spawner.active and spawner.safe_mode
    ]
