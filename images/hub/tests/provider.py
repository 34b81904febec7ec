"""A provider that speaks GitHub's documented endpoints, as far as a log-in needs them. Small, and suspicious of the hub."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

CLIENT_ID = "Iv1.0123456789abcdef"
SECRET = "the-hub-s-own-secret"


class FakeGitHub:
    """`here`: who is logged in there, in the browser that asks."""

    def __init__(self) -> None:
        self.here = "octocat"
        self.organizations: dict[str, set[str]] = {}
        self.trouble: int | None = None
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
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
        code = secrets.token_hex(8)
        self._codes[code] = {**asked, "login": self.here}
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: web.Request) -> web.Response:
        given = await request.post()
        asked = self._codes.pop(given["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).decode().rstrip("=")
        good = asked and given["client_secret"] == SECRET and given["redirect_uri"] == asked["redirect_uri"] and proof == asked["code_challenge"]
        if not good:
            return web.json_response({"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."})
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
        return web.Response(status=204) if request.match_info["login"] in here else web.json_response({"message": "Not Found"}, status=404)
