"""A full disk has a sentence of its own on people's pages, instead of "Internal Server Error", and keeps nobody out who
is in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from sqlalchemy import event
from sqlalchemy.engine import Engine

from . import disk

MESSAGE = "The hub's disk is full. Tell whoever looks after this hub. Nothing is lost, and servers that run go on."


def explain() -> None:
    """Every database error of a full disk carries MESSAGE, where JupyterHub looks for what to show."""
    if not event.contains(Engine, "handle_error", _explain):
        event.listen(Engine, "handle_error", _explain)


def _explain(error: Any) -> None:
    if error.sqlalchemy_exception is not None and "disk is full" in str(error.original_exception):
        error.sqlalchemy_exception.jupyterhub_message = MESSAGE


def let_in(data_dir: Path) -> None:
    """Who is there is known by a session or a token, also to people's servers, which ask the hub. JupyterHub notes when
    somebody was last active before it says so, and whoever cannot be noted is a stranger: on a full disk it is not
    noted.
    """

    def record_activity(handler: Any, obj: Any, timestamp: Any = None) -> bool:
        return not disk.is_full(data_dir) and bool(_record(handler, obj, timestamp))

    BaseHandler._record_activity = record_activity


_record = BaseHandler._record_activity
