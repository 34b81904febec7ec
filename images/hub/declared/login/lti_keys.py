"""The keys that a learning platform signs its tokens with, as it publishes them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import jwt
from tornado.httpclient import AsyncHTTPClient

FRESH = 3600.0
"""Seconds for which published keys are used."""

AGAIN = 10.0
"""Seconds between two questions, whatever keys forged tokens name."""


class PlatformAway(Exception):
    """The platform does not answer, or with something else than keys."""


class Keys:
    """The library's own way asks anew at each launch, and the hub stands still until there is an answer."""

    def __init__(self, url: str, ca: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._ca, self._clock = url, ca, clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked = self._got = float("-inf")
        self._asking = asyncio.Lock()

    async def find(self, name: object) -> jwt.PyJWK | None:
        """@param name `kid` of a token, which anybody can have written @raises PlatformAway"""
        async with self._asking:
            now = self._clock()
            known = isinstance(name, str) and name in self._keys and now - self._got < FRESH
            if not known and now - self._asked >= AGAIN:
                self._asked = now
                self._keys = await self._ask()
                self._got = now
            elif not known and self._got < self._asked:
                raise PlatformAway(f"{self._url} did not answer a moment ago")
        return self._keys.get(name) if isinstance(name, str) else None

    async def _ask(self) -> dict[str, jwt.PyJWK]:
        try:
            # A redirect could lead to an address without TLS.
            answer = await AsyncHTTPClient().fetch(self._url, ca_certs=self._ca, follow_redirects=False)
            found = jwt.PyJWKSet.from_dict(json.loads(answer.body))
        except Exception as error:
            raise PlatformAway(f"{self._url}: {type(error).__name__}: {error}") from None
        return {key.key_id: key for key in found.keys if key.key_id and key.public_key_use in ("sig", None)}
