"""Labels of containers, by which the launcher knows its own again. The Pulumi program has the same."""

from __future__ import annotations

from collections.abc import Mapping

from .names import Server

INSTANCE_LABEL = "jupyterhub.instance"
PERSON_LABEL = "jupyterhub.person"
SERVER_LABEL = "jupyterhub.server"
"""Name of the person's server; empty for the one that everybody has. Servers of earlier versions have no such label."""
PROFILE_LABEL = "jupyterhub.profile"
GPUS_LABEL = "jupyterhub.gpus"
"""Ids, with commas between them."""
INCARNATION_LABEL = "jupyterhub.incarnation"
DEFINITION_LABEL = "jupyterhub.definition"
LAUNCHED_LABEL = "jupyterhub.launched"
"""On what the launcher made: nothing else does it stop or remove."""
ADDS_LABEL = "jupyterhub.adds"
"""On a declared service of a Swarm: what a start adds to it (servers/declared.py)."""
STARTED_LABEL = "jupyterhub.started"
"""On such a service while it runs: since when, and what a stop puts back."""
HOMES_LABEL = "jupyterhub.homes"
"""On short-lived containers, with the stack's instance id."""


def server_of(labels: Mapping[str, str]) -> Server:
    """Whose server a container is, and which."""
    return Server(labels.get(PERSON_LABEL, ""), labels.get(SERVER_LABEL, ""))
