"""JSON merge patches (RFC 7396), and what undoes one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def patched(value: Any, patch: Any) -> Any:
    """The value with what the patch says: an object's keys each, where null removes one; anything else as a whole."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(value) if isinstance(value, Mapping) else {}
    for key, one in patch.items():
        if one is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), one)
    return result


def undoing(value: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    """A patch that makes the value of what `patched` has made of it."""
    before = value if isinstance(value, Mapping) else {}
    return {key: _undoing(before.get(key), one) for key, one in patch.items()}


def _undoing(before: Any, patch: Any) -> Any:
    both = isinstance(before, Mapping) and isinstance(patch, Mapping)
    return undoing(before, patch) if both else before
