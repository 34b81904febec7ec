"""A declared service while it runs, and while it stands still. Pure.

The Pulumi program makes it with no replica, of what its provider can say; a label has the rest, as a patch. A start
applies that, and a stop takes it back: what stands still is always what the program made, so that it finds no
difference, and nothing in it keeps a network from being replaced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..labels import ADDS_LABEL, STARTED_LABEL
from ..refusal import Refusal
from .patching import patched, undoing

Spec = Mapping[str, Any]


def is_to_run(spec: Spec) -> bool:
    """Whether it has a replica. Of the launcher's own services nothing else is said."""
    replicated = (spec.get("Mode") or {}).get("Replicated") or {}
    return replicated.get("Replicas") != 0


def began(spec: Spec) -> int:
    """The number that tells the tasks of this start from those of earlier ones."""
    return int(_noted(spec).get("number") or 0)


def started(spec: Spec, number: int) -> dict[str, Any]:
    """@param number larger than at all starts before @raises Refusal"""
    whole = stopped(spec)
    adds = patched(added(spec), {"TaskTemplate": {"ForceUpdate": number}})
    noted = json.dumps({"number": number, "undo": undoing(whole, adds)})
    return dict(patched(patched(whole, adds), {"Labels": {STARTED_LABEL: noted}}))


def stopped(spec: Spec) -> dict[str, Any]:
    """Also of one that was scaled by hand."""
    still = {"Labels": {STARTED_LABEL: None}, "Mode": {"Replicated": {"Replicas": 0}}}
    return dict(patched(patched(spec, _noted(spec).get("undo") or {}), still))


def added(spec: Spec) -> dict[str, Any]:
    """@raises Refusal"""
    return _object(adds_of(spec).get("patch"))


def adds_of(spec: Spec) -> dict[str, Any]:
    """@raises Refusal"""
    return _object(_json((spec.get("Labels") or {}).get(ADDS_LABEL)))


def _noted(spec: Spec) -> dict[str, Any]:
    noted = _json((spec.get("Labels") or {}).get(STARTED_LABEL))
    return noted if isinstance(noted, dict) else {}


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(502, "the server's service is not as it was made: ask the administrator")
    return value
