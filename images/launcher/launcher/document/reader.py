"""Reads objects strictly: what is missing, unknown or of another type is an error that names the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class FileError(ValueError):
    """The file is not what this image expects. The values of its keys are secrets, so no message has one."""


class Reader:
    """Takes the keys of one object, each with its type, and reports the keys that nobody took."""

    def __init__(self, path: str, given: Any) -> None:
        if not isinstance(given, dict):
            raise FileError(f"{path or 'the file'} must be an object")
        self._path = path
        self._left = dict(given)

    def at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def take(self, key: str) -> Any:
        if key not in self._left:
            raise FileError(f"{self.at(key)} is missing")
        return self._left.pop(key)

    def text(self, key: str) -> str:
        return text(self.at(key), self.take(key))

    def number(self, key: str, least: int = 0, most: int = 2**31 - 1) -> int:
        return number(self.at(key), self.take(key), least, most)

    def list(self, key: str, item: Callable[[str, Any], T]) -> list[T]:
        value = self.take(key)
        if not isinstance(value, list):
            raise FileError(f"{self.at(key)} must be a list")
        return [item(f"{self.at(key)}[{index}]", one) for index, one in enumerate(value)]

    def map(self, key: str, item: Callable[[str, Any], T]) -> dict[str, T]:
        return entries(self.at(key), self.take(key), item)

    def maybe(self, key: str, item: Callable[[str, Any], T]) -> T | None:
        value = self.take(key)
        return None if value is None else item(self.at(key), value)

    def optional(self, key: str, item: Callable[[str, Any], T]) -> T | None:
        return item(self.at(key), self._left.pop(key)) if key in self._left else None

    def done(self) -> None:
        if self._left:
            raise FileError(f"unknown: {', '.join(self.at(key) for key in sorted(self._left))}")


def text(path: str, value: Any) -> str:
    if not isinstance(value, str):
        raise FileError(f"{path} must be a text")
    return value


def number(path: str, value: Any, least: int = 0, most: int = 2**31 - 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise FileError(f"{path} must be a whole number from {least} to {most}")
    return value


def mapping(path: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FileError(f"{path} must be an object")
    return value


def entries(path: str, value: Any, item: Callable[[str, Any], T]) -> dict[str, T]:
    return {name: item(f"{path}.{name}", one) for name, one in mapping(path, value).items()}
