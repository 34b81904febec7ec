"""On a full disk, pages say so instead of "Internal Server Error", and people who are logged in stay logged in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from sqlalchemy import event
from sqlalchemy.engine import Engine

from . import disk

MESSAGE = "The hub's disk is full. Tell whoever looks after this hub. Nothing is lost, and servers that run go on."


def explain() -> None:
    """Adds MESSAGE to each database error of a full disk, where JupyterHub looks for a text to show."""
    if not event.contains(Engine, "handle_error", _explain):
        event.listen(Engine, "handle_error", _explain)


def _explain(error: Any) -> None:
    if error.sqlalchemy_exception is not None and "disk is full" in str(error.original_exception):
        error.sqlalchemy_exception.jupyterhub_message = MESSAGE


def let_in(data_dir: Path) -> None:
    """Records no activity on a full disk.

    JupyterHub writes down each person's activity before it accepts their session or token, and refuses them if the
    write fails. People's servers ask the hub too, so they would refuse their owners.
    """

    def record_activity(handler: Any, obj: Any, timestamp: Any = None) -> bool:
        return not disk.is_full(data_dir) and bool(_record(handler, obj, timestamp))

    BaseHandler._record_activity = record_activity


_record = BaseHandler._record_activity
