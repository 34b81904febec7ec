"""Whether a server answers, or has ended while it started."""

from __future__ import annotations

from typing import Any

import aiohttp
from jupyterhub.httpclient import fetch


def restarts(found: dict[str, Any]) -> int:
    """How often Docker has restarted a running container. The start of a stopped one begins at 0 again."""
    running = (found.get("State") or {}).get("Running")
    return int(found.get("RestartCount") or 0) if running else 0


def ended(found: dict[str, Any], before: int) -> str | None:
    """How a server has ended, or None. `before`: its restarts before the start."""
    state = found.get("State") or {}
    if state.get("Restarting") or not state.get("Running"):
        return f"Your server ended while it was starting (exit code {state.get('ExitCode')})."
    # Docker's restart policy made it "running" again, and the exit code is gone.
    if restarts(found) > before:
        return "Your server ended while it was starting. Docker restarts it, and it ends again."
    return None


async def knock(url: str) -> bool:
    try:
        response = await fetch(
            url, raise_for_status=False, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=5)
        )
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    response.release()
    return response.status < 500
