"""What the hub writes down: who did what, and what went wrong. Not every page and every sign of life.

JupyterHub writes a line for each request. With a few dozen servers reporting their activity, and people's pages asking,
the lines that somebody looks for later drown in those.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from jupyterhub.log import log_request
from jupyterhub.metrics import prometheus_log_method

from .people.entered import Entered


def requests(entered: Entered) -> Callable[[Any], None]:
    """In place of JupyterHub's `log_request`: changes and failures only. The metrics count everything."""

    def log(handler: Any) -> None:
        entered.look(handler)
        asked = handler.request.method in ("GET", "HEAD", "OPTIONS") or handler.request.path.endswith("/activity")
        if asked and handler.get_status() < 400:
            prometheus_log_method(handler)
        else:
            log_request(handler)

    return log


NOISE = {"_xsrf_utils", "metrics"}
"""Modules whose news is not any: a cookie for each log-in page, a count of active people each hour."""


class Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.INFO or record.module not in NOISE
