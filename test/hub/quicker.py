"""What one test has worked out serves those after it: the tests start a hub some two thousand times.

To be imported before jupyterhub.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import entry_points
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine

# As in the hub's image. jsonschema would build 38 grammars for it, which takes a second.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

from jupyterhub import orm, traitlets  # noqa: E402


class Compiled(BytecodeCache):
    """Compiled templates. A hub has two environments, and the code of one does not run in the other."""

    def __init__(self) -> None:
        self._code: dict[tuple[bool, str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> tuple[bool, str, str]:
        return bucket.environment.is_async, bucket.key, bucket.checksum


def _share_templates() -> None:
    compiled, make = Compiled(), jinja2.Environment.__init__

    def made(self: jinja2.Environment, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.bytecode_cache = compiled

    jinja2.Environment.__init__ = made  # type: ignore[method-assign]


def _share_statements() -> None:
    """SQLAlchemy keeps compiled statements for each engine, by its dialect."""
    make = orm.create_engine
    first: list[Engine] = []

    def made(url: str, **kwargs: Any) -> Engine:
        engine = make(url, **kwargs)
        if engine.dialect.name == "sqlite":
            if not first:
                first.append(engine)
            engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    orm.create_engine = made


_share_templates()
_share_statements()
# Installed packages do not change while tests run.
traitlets.entry_points = cache(entry_points)
