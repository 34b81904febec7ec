"""The section `hub:` of the stack file: services, roles, page templates, limits, and extra Python."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .reader import Reader

TOKENS_VARIABLE = "JUPYTERHUB_SERVICE_TOKENS"
TEMPLATES_VARIABLE = "JUPYTERHUB_TEMPLATES"


@dataclass(frozen=True)
class HubSection:
    extra_config: str
    services: tuple[Mapping[str, Any], ...]
    roles: tuple[Mapping[str, Any], ...]
    concurrent_spawns: int
    """How many servers start at the same time; others wait (turns.py). 0: depends on the number of CPUs."""
    active_servers: int
    """How many servers may run at the same time; 0: no limit."""
    admin_access: bool

    def roles_of(self, person: str) -> set[str]:
        return {role["name"] for role in self.roles if person in role["users"]}

    @property
    def role_names(self) -> set[str]:
        return {role["name"] for role in self.roles}


def read(given: Reader) -> HubSection:
    services = []
    for index, spec in enumerate(given.take("services", list)):
        one = Reader(f"hub.services[{index}].", spec)
        services.append(
            {
                **{key: one.take(key, str) for key in ("name", "url", "oauthRedirectUri")},
                **{key: one.flag(key) for key in ("oauthNoConfirm", "display")},
                "scopes": one.texts("scopes"),
            }
        )
        one.done()
    roles = []
    for index, spec in enumerate(given.take("roles", list)):
        one = Reader(f"hub.roles[{index}].", spec)
        roles.append(
            {
                **{key: one.take(key, str) for key in ("name", "description")},
                **{key: one.texts(key) for key in ("scopes", "users", "groups", "services")},
            }
        )
        one.done()
    return HubSection(
        extra_config=given.take("extraConfig", str),
        services=tuple(services),
        roles=tuple(roles),
        concurrent_spawns=given.take("concurrentSpawns", int),
        active_servers=given.take("activeServers", int),
        admin_access=given.flag("adminAccess"),
    )


def configure(c: Any, hub: HubSection, env: Mapping[str, str] = os.environ) -> None:
    c.JupyterHub.concurrent_spawn_limit = 0
    c.JupyterHub.active_server_limit = hub.active_servers
    c.JupyterHub.template_vars.update({"admins_enter": hub.admin_access})
    tokens = json.loads(env.get(TOKENS_VARIABLE, "{}"))
    for service in hub.services:
        name = service["name"]
        spec = {
            "name": name,
            "api_token": tokens[name],
            "display": service["display"],
            "oauth_no_confirm": service["oauthNoConfirm"],
        }
        if service["url"]:
            spec["url"] = service["url"]
        if service["oauthRedirectUri"]:
            spec["oauth_redirect_uri"] = service["oauthRedirectUri"]
        c.JupyterHub.services.append(spec)
        c.JupyterHub.load_roles.append({"name": f"service-{name}", "scopes": service["scopes"], "services": [name]})
    for role in hub.roles:
        # People get their roles from the reconciler, because a listed person may have no row yet.
        c.JupyterHub.load_roles.append(
            {key: role[key] for key in ("name", "description", "scopes", "groups", "services")}
        )


def write_templates(folder: Path, env: Mapping[str, str] = os.environ) -> list[str]:
    """Writes the stack file's page templates. @returns the folder for `template_paths`; empty without templates"""
    templates = json.loads(env.get(TEMPLATES_VARIABLE, "{}"))
    for name, text in templates.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / Path(name).name).write_text(text)
    return [str(folder)] if templates else []


class ExtraConfigError(Exception):
    """The Python in `hub.extraConfig` failed; the message has the line."""


def run_extra(code: str, names: dict[str, Any]) -> None:
    """Runs after all other configuration, so that it can change any of it."""
    try:
        exec(compile(code, "hub.extraConfig", "exec"), {"__name__": "extra_config", **names})
    except SyntaxError as error:
        raise ExtraConfigError(f"hub.extraConfig, line {error.lineno}: {error.msg}") from None
    except Exception as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "hub.extraConfig"
        ]
        raise ExtraConfigError(
            f"hub.extraConfig, line {lines[-1] if lines else '?'}: {type(error).__name__}: {error}"
        ) from None
