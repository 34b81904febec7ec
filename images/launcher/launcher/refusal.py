"""A request that is not done, with an HTTP status and one line for the person."""

from __future__ import annotations

LONGEST = 400


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = one_line(message)


def one_line(text: str) -> str:
    """What others wrote, Docker for example, without line breaks and control characters."""
    line = " ".join(text.split())
    return "".join(character if character.isprintable() else "?" for character in line)[:LONGEST]
