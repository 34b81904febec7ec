"""Writes test/unit/fixtures/server-env.json: the environment that JupyterHub's own code makes for a person's server.

    python test/hub/servers/make_server_env.py

The Pulumi program makes the same in TypeScript, and its unit tests compare both. JUPYTERHUB_API_TOKEN is left out,
because the program derives it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HUB = HERE.parents[2] / "images/hub"
FIXTURE = HERE.parents[1] / "unit/fixtures/server-env.json"

NAMES = [
    "ada",
    "Grace",
    "ALAN.TURING",
    "first.last",
    "with-dash",
    "with_underscore",
    "a--b",
    "-lead",
    "_x_",
    "ada@example.org",
    "name+tag",
    "it's",
    "tilde~",
    "user 1",
    "Jürgen Müller",
    "STRAẞE",
    "naïve",
    "ﬁsh",
    "İstanbul",
    "ΑΣ",
    "Ångström",
    "北京",
    "北" * 60,
    "日本語のなまえ",
    "محمد",
    "דוד",
    "😀",
    "a😀b",
    "hub",
    "0x41",
    "q?a=b&c#d",
    "é" * 60,
]

NAMED = "work"
"""A server of each, besides the default one."""

CASES = [
    {"baseUrl": "/", "publicUrl": "http://127.0.0.1:8000/"},
    {"baseUrl": "/lab/", "publicUrl": "http://127.0.0.1:8000/lab/"},
    {"baseUrl": "/", "publicUrl": "https://hub.example.org/"},
    {"baseUrl": "/jupyter/", "publicUrl": "https://hub.example.org:8443/jupyter/"},
]


async def vectors() -> dict[str, Any]:
    from declared import context, names, settings
    from declared.app import DeclaredHub
    from jupyterhub import orm
    from jupyterhub.objects import Server
    from jupyterhub.utils import url_path_join

    cases = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as data_dir:
            given = {
                "instance": "kq3v7x2m",
                "roster": "P-roster",
                "gate": "tcp://127.0.0.1:9",
                "personPrefix": "P-u-",
                "hubHost": "hub",
                "hubPort": 8081,
                "proxyApi": "http://proxy:8001",
                "serverPort": 8888,
                "authentication": {"type": "password"},
                "idle": {"cullAfter": 0, "maxAge": 0, "lookEvery": 0},
                "rosterInterval": 3,
                "forwarding": {"hops": 0, "trusted": []},
                "hub": {
                    "extraConfig": "",
                    "services": [],
                    "roles": [],
                    "concurrentSpawns": 0,
                    "activeServers": 0,
                    "adminAccess": False,
                },
                "dynamic": None,
                "database": {"kind": "sqlite", "ca": ""},
                "look": {
                    "name": "",
                    "logo": "",
                    "accent": "#000000",
                    "accentText": "#ffffff",
                    "announcement": None,
                    "help": None,
                    "language": "en",
                },
                "revoke": "soft",
                **case,
            }
            os.environ.update(
                {
                    settings.VARIABLE: json.dumps(given),
                    settings.DATA_DIR_VARIABLE: data_dir,
                    "CONFIGPROXY_AUTH_TOKEN": "x" * 16,
                    "JUPYTERHUB_COOKIE_SECRET": "00" * 32,
                    "JUPYTERHUB_CRYPT_KEY": "00" * 32,
                    "JUPYTERHUB_ADMIN_TOKEN": "x" * 16,
                }
            )
            context.current.cache_clear()
            DeclaredHub.clear_instance()
            hub = DeclaredHub.instance()
            hub.roster_patience = 0
            await hub.initialize(["-f", str(HUB / "jupyterhub_config.py"), "--log-level=ERROR"])
            people = []
            for name in NAMES:
                row = orm.User(name=names.normalise(name))
                hub.db.add(row)
                hub.db.commit()
                user = hub.users[row]
                envs = []
                for spawner in (user.spawner, user.get_or_create_spawner(NAMED, NAMED)):
                    # As User.spawn does before it calls the spawner.
                    orm_server = orm.Server(base_url=url_path_join(user.base_url, spawner.name, "/"))
                    hub.db.add(orm_server)
                    hub.db.commit()
                    spawner.server = Server(orm_server=orm_server)
                    env = {
                        k: v
                        for k, v in spawner.get_env().items()
                        if k.startswith("JUPYTERHUB_") and k != "JUPYTERHUB_API_TOKEN"
                    }
                    envs.append(dict(sorted(env.items())))
                people.append({"given": name, "name": row.name, "env": envs[0], "named": NAMED, "namedEnv": envs[1]})
            for callback in hub._periodic_callbacks.values():
                callback.stop()
            await hub.cleanup()
            hub.db.close()
            DeclaredHub.clear_instance()
            context.current.cache_clear()
        settings_used = {key: given[key] for key in ("baseUrl", "publicUrl", "hubHost", "hubPort", "serverPort")}
        cases.append({"settings": settings_used, "people": people})
    return {"about": "Made by test/hub/servers/make_server_env.py from JupyterHub's code; do not edit.", "cases": cases}


def text(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(HUB))
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    FIXTURE.write_text(text(asyncio.run(vectors())))
    print(f"{FIXTURE}: {len(NAMES)} names, {len(CASES)} cases")
