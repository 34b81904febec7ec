"""Files: what Jupyter Server opens goes through the limit, for every contents manager that reads them as it does."""

import asyncio
import hashlib
import os

from jupyter_server.services.contents import fileio, filemanager
from tornado import web

from .limit import SMALL, Limit, cost_of
from .memory import MIB
from .requests import present

PATIENCE = 30.0
"""Seconds that a file waits for others to be opened."""

LOOK_EVERY = 0.2


class OnDisk:
    """Stands for a file's bytes where only their hash is wanted."""

    def __init__(self, path):
        self.path = path


class TooLarge(web.HTTPError):
    def __init__(self, problem):
        super().__init__(413, problem, reason="Too large to open")


class Judge:
    def __init__(self, limit: Limit):
        self._limit = limit

    def memory(self, path):
        """@returns the memory that opening takes @raises TooLarge if there is too little"""
        size = os.path.getsize(path)
        cost = 0 if size <= SMALL else cost_of(path, size)
        problem = self._limit.file_problem(os.path.basename(path), size, cost)
        if problem is not None:
            raise TooLarge(problem)
        return size * cost

    async def memory_patiently(self, path):
        """Several files that are opened at once are opened one after the other, if they must."""
        waited = 0.0
        while True:
            try:
                return self.memory(path)
            except TooLarge:
                if not self._may_fit_later(path) or waited >= PATIENCE:
                    raise
            await asyncio.sleep(LOOK_EVERY)
            waited += LOOK_EVERY

    def _may_fit_later(self, path):
        return self._limit.waits() and os.path.getsize(path) <= (self._limit.file() or 0)

    def promise(self, memory):
        self._limit.promise(memory, present.get())


def limit_files(limit: Limit):
    judge = Judge(limit)
    plain, later = fileio.FileManagerMixin, fileio.AsyncFileManagerMixin
    plain._read_file = _reading(plain._read_file, judge)
    later._read_file = _reading_later(later._read_file, judge)
    plain._get_hash = _hashing(plain._get_hash)
    filemanager.AsyncFileContentsManager.copy = _copying(filemanager.AsyncFileContentsManager.copy)


def _on_disk(path, raw):
    return (OnDisk(path), "byte", OnDisk(path)) if raw else (OnDisk(path), "byte")


def _reading(original, judge):
    def _read_file(self, os_path, format, raw=False):
        if format == "byte":
            return _on_disk(os_path, raw)
        if os.path.isfile(os_path):
            judge.promise(judge.memory(os_path))
        return original(self, os_path, format, raw)

    return _read_file


def _reading_later(original, judge):
    async def _read_file(self, os_path, format, raw=False):
        if format == "byte":
            return _on_disk(os_path, raw)
        if _is_file(os_path):
            judge.promise(await judge.memory_patiently(os_path))
        return await original(self, os_path, format, raw)

    return _read_file


def _is_file(path):
    return os.path.isfile(path)


def _hashing(original):
    def _get_hash(self, content):
        if not isinstance(content, OnDisk):
            return original(self, content)
        with self.open(content.path, "rb") as file:
            found = hashlib.new(self.hash_algorithm)
            while piece := file.read(MIB):
                found.update(piece)
        return {"hash": found.hexdigest(), "hash_algorithm": self.hash_algorithm}

    return _get_hash


def _copying(original):
    async def copy(self, from_path, to_path=None):
        try:
            return await original(self, from_path, to_path)
        except TooLarge:
            name = os.path.basename(from_path)
            raise TooLarge(f"{name} is too large to be copied here: use cp in a terminal.") from None

    return copy
