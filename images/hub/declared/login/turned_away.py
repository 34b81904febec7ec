"""Somebody is not let in, and the page says why."""

from __future__ import annotations

from tornado import web

ASK = "Ask whoever looks after this hub."


class TurnedAway(web.HTTPError):
    turned_away = True
    """templates/error.html looks for it."""

    def __init__(self, message: str, status: int = 403) -> None:
        # Tornado takes the message for a format string.
        super().__init__(status, "%s", message)
        self.jupyterhub_message = message
