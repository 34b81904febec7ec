"""What pages ask that JupyterHub does not tell them: see templates/. It calls each with who looks at the page, if
anybody.
"""

from __future__ import annotations

from typing import Any

from .store.notices import Notices


def template_vars(left: Notices) -> dict[str, Any]:
    def notices(user: Any) -> list[str]:
        """What all are told comes first."""
        texts = [left.held, left.of(user.name) if user else None]
        # after a drain both say the same
        return list(dict.fromkeys(text for text in texts if text))

    def servers_held(_: Any) -> bool:
        return left.held is not None

    return {"notices": notices, "servers_held": servers_held}
