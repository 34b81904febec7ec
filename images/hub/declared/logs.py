"""What the hub logs: who did what, and what went wrong.

JupyterHub logs each request. A few dozen servers report their activity and open pages poll, so the lines that matter
would be hard to find.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from jupyterhub.log import log_request
from jupyterhub.metrics import prometheus_log_method

from .people.entered import Entered


def requests(entered: Entered) -> Callable[[Any], None]:
    """Replaces JupyterHub's `log_request`: logs only changes and failures. The metrics still count every request."""

    def log(handler: Any) -> None:
        entered.look(handler)
        asked = handler.request.method in ("GET", "HEAD", "OPTIONS") or handler.request.path.endswith("/activity")
        if asked and handler.get_status() < 400:
            prometheus_log_method(handler)
        else:
            log_request(handler)

    return log


NOISE = {"_xsrf_utils", "metrics"}
"""Modules whose INFO lines say nothing of use: a cookie for each log-in page, a count of active people each hour."""


class Quiet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.INFO or record.module not in NOISE
