"""Small fake providers: GitHub's documented endpoints, and OpenID Connect, as far as a log-in needs them. They check
what the hub sends.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any, NoReturn
from urllib.parse import urlencode

from aiohttp import web
from conftest import free_port

CLIENT_ID = "Iv1.0123456789abcdef"
SECRET = "the-hub-s-own-secret"


class FakeProvider:
    """What both have: a code for each browser that it sends back, which is good once."""

    def __init__(self) -> None:
        self.url = ""
        self._codes: dict[str, dict[str, str]] = {}

    async def start(self, world, name: str) -> None:
        """Serves it, and tells the hub the secret that it knows the hub by."""
        setattr(world, name, self)
        world._ports[name] = free_port()
        self.url = f"http://127.0.0.1:{world._ports[name]}"
        await world.serve(name)
        world.monkeypatch.setenv("JUPYTERHUB_AUTHENTICATION_SECRET", SECRET)

    def _send_back(self, asked: dict[str, str], **known: str) -> NoReturn:
        code = secrets.token_hex(8)
        self._codes[code] = {**asked, **known}
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")


class FakeGitHub(FakeProvider):
    """`here`: who is logged in at the provider, in the browser that asks."""

    def __init__(self) -> None:
        super().__init__()
        self.here = "octocat"
        self.organizations: dict[str, set[str]] = {}
        self.trouble: int | None = None
        self.asked: list[str] = []
        self._tokens: dict[str, str] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/login/oauth/authorize", self._authorize)
        app.router.add_post("/login/oauth/access_token", self._token)
        app.router.add_get("/api/v3/user", self._user)
        app.router.add_get("/api/v3/orgs/{org}/members/{login}", self._member)
        app.router.add_get("/api/v3/orgs/{org}/teams/{team}/members/{login}", self._member)
        return app

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["client_id"] == CLIENT_ID and asked["code_challenge_method"] == "S256"
        self._send_back(asked, login=self.here)

    async def _token(self, request: web.Request) -> web.Response:
        given = await request.post()
        asked = self._codes.pop(given["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).decode().rstrip("=")
        good = (
            asked
            and given["client_secret"] == SECRET
            and given["redirect_uri"] == asked["redirect_uri"]
            and proof == asked["code_challenge"]
        )
        if not good:
            return web.json_response(
                {"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}
            )
        token = "gho_" + secrets.token_hex(8)
        self._tokens[token] = asked["login"]
        return web.json_response({"access_token": token, "token_type": "bearer", "scope": asked.get("scope", "")})

    def _whose(self, request: web.Request) -> str:
        self.asked.append(request.path)
        if self.trouble:
            raise web.HTTPException(text="trouble") if self.trouble < 0 else web.HTTPServiceUnavailable()
        return self._tokens[request.headers["Authorization"].removeprefix("Bearer ")]

    async def _user(self, request: web.Request) -> web.Response:
        login = self._whose(request)
        return web.json_response({"login": login, "id": 1, "email": None, "name": "The Octocat", "site_admin": True})

    async def _member(self, request: web.Request) -> web.Response:
        self._whose(request)
        place = "/".join(request.match_info[key] for key in ("org", "team") if key in request.match_info)
        here: Any = self.organizations.get(place, set())
        return (
            web.Response(status=204)
            if request.match_info["login"] in here
            else web.json_response({"message": "Not Found"}, status=404)
        )


class FakeOidc(FakeProvider):
    """`claims`: what it says of the person. `description`: replaces parts of its discovery document."""

    def __init__(self) -> None:
        super().__init__()
        self.claims: dict[str, Any] = {}
        self.description: dict[str, Any] = {}
        self.described = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/realm/.well-known/openid-configuration", self._describe)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/me", self._me)
        return app

    async def _describe(self, request: web.Request) -> web.Response:
        self.described += 1
        ends = {
            f"{what}_endpoint": f"{self.url}/{path}"
            for what, path in (("authorization", "authorize"), ("token", "token"), ("userinfo", "me"))
        }
        return web.json_response({"issuer": f"{self.url}/realm", **ends, **self.description})

    async def _authorize(self, request: web.Request) -> web.Response:
        self._send_back(dict(request.query))

    async def _token(self, request: web.Request) -> web.Response:
        given = await request.post()
        if "post" in str(self.description.get("token_endpoint_auth_methods_supported")):
            good = given.get("client_secret") == SECRET and "Authorization" not in request.headers
        else:
            pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
            good = pair == f"{CLIENT_ID}:{SECRET}" and "client_secret" not in given
        if not good or self._codes.pop(given["code"], None) is None:
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": "a token", "token_type": "Bearer", "scope": "openid"})

    async def _me(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer a token"
        return web.json_response(self.claims)
