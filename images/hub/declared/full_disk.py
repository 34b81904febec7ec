"""A full disk has a sentence of its own on people's pages, instead of "Internal Server Error"."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

MESSAGE = "The hub's disk is full. Tell whoever looks after this hub. Nothing is lost, and servers that run go on."


def explain() -> None:
    """Every database error of a full disk carries MESSAGE, where JupyterHub looks for what to show."""
    if not event.contains(Engine, "handle_error", _explain):
        event.listen(Engine, "handle_error", _explain)


def _explain(error: Any) -> None:
    if error.sqlalchemy_exception is not None and "disk is full" in str(error.original_exception):
        error.sqlalchemy_exception.jupyterhub_message = MESSAGE
