"""What the hub answers while its database is away: a page that tries again by itself, or JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from tornado.web import RequestHandler

from ..look import language
from ..look.section import Look

MESSAGE = "The hub's database does not answer. Servers that run go on, and nothing is lost."

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

RETRY_AFTER = "3"


@cache
def _page() -> Any:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("waiting.html")


class Waiting(RequestHandler):
    def initialize(self, outage: Any, look: Look) -> None:
        self._outage, self._look = outage, look

    def check_xsrf_cookie(self) -> None:
        """Nothing is done for anybody."""

    def prepare(self) -> None:
        self.set_status(503, "The database does not answer")
        self.set_header("Retry-After", RETRY_AFTER)
        self.set_header("X-Away", "database")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Vary", "Accept, Accept-Language")
        if "text/html" in self.request.headers.get("Accept", ""):
            self._show()
        else:
            self.finish({"status": 503, "away": "database", "message": MESSAGE, "since": self._since})

    @property
    def _since(self) -> str | None:
        since = self._outage.since
        return None if since is None else datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds")

    def _show(self) -> None:
        spoken = language.chosen(self.request.headers.get("Accept-Language", ""), self._look.language)
        with language.spoken(spoken):
            self.finish(_page().render(look=self._look, language=spoken, t=language.t, message=MESSAGE))

    def _log(self) -> None:
        """The log says once that the database is away."""
