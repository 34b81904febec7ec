"""While the database does not answer: the hub knows it, waits, and says so on each page.

Sessions and tokens are in the database, so the hub can answer nothing for anybody. Proxy and servers go on without it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from prometheus_client import Gauge
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from tornado.httpserver import HTTPServer
from tornado.web import Application

from ..look.section import Look
from .address import Address
from .database import say_in_log
from .standing import unreachable
from .waiting import MESSAGE, Waiting

LOOK_EVERY = 2.0
"""Seconds."""

REMIND_EVERY = 60.0
"""Seconds between two lines in the log."""

UP = Gauge("jupyterhub_database_up", "Whether the hub's database answers.", ["kind"])


class Outage:
    def __init__(self, address: Address | None) -> None:
        """@param address None: a file, which is there or not"""
        self._address = address
        self._kind = "sqlite" if address is None else "postgresql"
        self._told = 0.0
        self.since: float | None = None
        """In seconds since 1970; None while the database answers."""
        UP.labels(self._kind).set(1)

    @property
    def away(self) -> bool:
        return self.since is not None

    def begin(self, why: str) -> None:
        now = time.time()
        if self.since is None:
            self.since = now
            UP.labels(self._kind).set(0)
        if now - self._told >= REMIND_EVERY:
            self._told = now
            say_in_log(f"{why}. The hub waits for it. Servers that run go on")

    def end(self) -> None:
        if self.since is not None:
            say_in_log(f"answers again, after {time.time() - self.since:.0f} s")
        self.since, self._told = None, 0.0
        UP.labels(self._kind).set(1)

    def explain(self) -> None:
        """From now on an error of a lost connection begins an outage, and has a text where JupyterHub looks for one."""
        event.listen(Engine, "handle_error", self._heard)

    def close(self) -> None:
        if event.contains(Engine, "handle_error", self._heard):
            event.remove(Engine, "handle_error", self._heard)

    def _heard(self, context: Any) -> None:
        if self._address is None or not (context.is_disconnect or context.connection is None):
            return
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.jupyterhub_message = MESSAGE
            self.begin(unreachable(self._address, context.sqlalchemy_exception))

    async def follow(self, back: Callable[[], None]) -> None:
        """Looks again and again. @param back is called when the database answers again"""
        if self._address is None:
            return
        loop = asyncio.get_running_loop()
        with self._address.engine(pool_size=1) as engine:
            while True:
                # Not in the loop: it may take as long as PATIENCE.
                why = await loop.run_in_executor(None, self._asked, engine)
                if why is not None:
                    self.begin(why)
                elif self.away:
                    back()
                    self.end()
                await asyncio.sleep(LOOK_EVERY)

    def _asked(self, engine: Engine) -> str | None:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            return unreachable(self._address, error)  # type: ignore[arg-type]
        return None

    def wait_for(self, act: Callable[[], None], look: Look, port: int) -> None:
        """Calls `act` until the database answers. Meanwhile the hub's port says what it waits for."""
        try:
            act()
            return
        except SQLAlchemyError as error:
            self._still(error)
        with _answering(self, look, port):
            while True:
                time.sleep(LOOK_EVERY)
                try:
                    act()
                    break
                except SQLAlchemyError as error:
                    self._still(error)
        self.end()

    def _still(self, error: SQLAlchemyError) -> None:
        if self._address is None:
            raise error
        self.begin(unreachable(self._address, error))


@contextmanager
def _answering(outage: Outage, look: Look, port: int) -> Any:
    """In a thread of its own: JupyterHub has no loop that runs before it has its database."""
    ready: threading.Event = threading.Event()
    loop = asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        server = HTTPServer(Application([(".*", Waiting, {"outage": outage, "look": look})]))
        server.listen(port, reuse_port=False)
        loop.call_soon(ready.set)
        loop.run_forever()
        server.stop()
        loop.run_until_complete(server.close_all_connections())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
