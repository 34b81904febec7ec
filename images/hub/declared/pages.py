"""Functions that the page templates call. Each gets the user who looks at the page, or None."""

from __future__ import annotations

from typing import Any

from .store.notices import Notices


def template_vars(left: Notices) -> dict[str, Any]:
    def notices(user: Any) -> list[str]:
        """The notice for everybody comes first."""
        texts = [left.held, left.of(user.name) if user else None]
        # After a drain both are the same.
        return list(dict.fromkeys(text for text in texts if text))

    def servers_held(_: Any) -> bool:
        return left.held is not None

    return {"notices": notices, "servers_held": servers_held}
