"""What pages ask that JupyterHub does not tell them: see templates/. It calls each with who looks at the page, if
anybody.
"""

from __future__ import annotations

from typing import Any

from . import context


def template_vars() -> dict[str, Any]:
    return {"notices": notices, "servers_held": servers_held}


def notices(user: Any) -> list[str]:
    """What all are told comes first."""
    left = context.current().notices
    texts = [left.held, left.of(user.name) if user else None]
    # after a drain both say the same
    return list(dict.fromkeys(text for text in texts if text))


def servers_held(_: Any) -> bool:
    return context.current().notices.held is not None
