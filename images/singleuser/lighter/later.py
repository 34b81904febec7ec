"""Modules that are loaded when something of them is used for the first time (lighten.py)."""

from importlib import import_module


class Later:
    """Stands for a module."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, attribute):
        return getattr(import_module(self._name), attribute)


def call_later(module, function):
    """Stands for a function of a module."""

    def call(*args, **kwargs):
        return getattr(import_module(module), function)(*args, **kwargs)

    return call
