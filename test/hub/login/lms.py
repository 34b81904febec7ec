"""A small learning platform: its keys, and what it sends a browser to the hub with (LTI 1.3)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from provider import FakeProvider

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
CLIENT = "10000000000001"
ISSUER = "https://lms.example.org"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Answer:
    status: int
    text: str
    url: str
    """Where it leads to, or was."""


class FakePlatform(FakeProvider):
    """`keys`: which it publishes. `published`: an answer in place of them."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = ["k1"]
        self.asked = 0
        self.published: web.Response | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/keys", self._publish)
        return app

    async def _publish(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.published is not None:
            return self.published
        keys = [{**json.loads(RSAAlgorithm.to_jwk(key(name).public_key())), "kid": name} for name in self.keys]
        return web.json_response({"keys": [{**one, "alg": "RS256", "use": "sig"} for one in keys]})

    async def begin(self, browser: Any, headers: Any = None, **changed: str) -> Answer:
        """The first step. @returns the hub's answer, which asks for a token"""
        data = {
            "iss": ISSUER,
            "login_hint": "4711",
            "target_link_uri": "http://127.0.0.1:8000/",
            "client_id": CLIENT,
            "lti_message_hint": "a message & a hint",
            **changed,
        }
        async with browser.session.post(
            f"{browser.url}/hub/lti13/oauth_login", data=data, headers=headers, allow_redirects=False
        ) as answer:
            return Answer(answer.status, await answer.text(), answer.headers.get("Location", ""))

    def claims(self, asked: Answer, **changed: Any) -> dict[str, Any]:
        """What a token says. `None` leaves a claim out; keys with an underscore in front are LTI's."""
        now = int(time.time())
        given = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "4711",
            "iat": now,
            "exp": now + 300,
            "nonce": self.sent(asked)["nonce"],
            "_message_type": "LtiResourceLinkRequest",
            "_version": "1.3.0",
            "_deployment_id": "1",
            "_target_link_uri": "http://127.0.0.1:8000/hub/home",
            "_roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            "_resource_link": {"id": "7"},
            "_context": {"id": "42", "label": "CS 101"},
            **changed,
        }
        return {
            f"{CLAIM}{name[1:]}" if name.startswith("_") else name: said
            for name, said in given.items()
            if said is not None
        }

    @staticmethod
    def sent(asked: Answer) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(asked.url).query))

    @staticmethod
    def sign(claims: dict[str, Any], name: str = "k1", **header: Any) -> str:
        return jwt.encode(claims, key(name), "RS256", {"kid": name, **header})

    async def finish(self, browser: Any, token: str, state: str, **kwargs: Any) -> Answer:
        """The second step: the platform's page posts a form."""
        headers = {"Origin": ISSUER, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        async with browser.session.post(
            f"{browser.url}/hub/lti13/oauth_callback",
            data={"id_token": token, "state": state},
            headers=headers,
            allow_redirects=False,
            **kwargs,
        ) as answer:
            to = answer.headers.get("Location", "")
            url = str(answer.url.join(type(answer.url)(to, encoded=True))) if to else str(answer.url)
            return Answer(answer.status, await answer.text(), url)
