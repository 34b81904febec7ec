"""Reads objects strictly: what is missing, unknown or of another type is an error that names the key."""

from __future__ import annotations

from typing import Any


class SettingsError(ValueError):
    """The settings are not what this image expects."""


class Reader:
    """Takes the keys of one object, each with its type, and reports the keys that nobody took."""

    def __init__(self, path: str, given: Any) -> None:
        if not isinstance(given, dict):
            raise SettingsError(f"{path.rstrip('.')} must be an object")
        self._path = path
        self._left = dict(given)

    def take(self, key: str, *types: type) -> Any:
        if key not in self._left:
            raise SettingsError(f"{self._path}{key} is missing")
        value = self._left.pop(key)
        if not isinstance(value, types) or isinstance(value, bool):
            raise SettingsError(f"{self._path}{key} must be {' or '.join(t.__name__ for t in types)}, not {value!r}")
        return value

    def flag(self, key: str) -> bool:
        value = self._left.pop(key, None)
        if not isinstance(value, bool):
            raise SettingsError(f"{self._path}{key} must be true or false, not {value!r}")
        return value

    def switch(self, key: str) -> bool:
        """A flag that is false where it is left out."""
        return key in self._left and self.flag(key)

    def texts(self, key: str) -> list[str]:
        value = self.take(key, list)
        if not all(isinstance(item, str) and item for item in value):
            raise SettingsError(f"{self._path}{key} must be a list of texts")
        return value

    def rest(self) -> dict[str, Any]:
        """Takes all keys that are left."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        if self._left:
            raise SettingsError(f"unknown: {', '.join(self._path + key for key in sorted(self._left))}")
