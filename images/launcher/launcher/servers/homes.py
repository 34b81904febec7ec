"""A home on the Docker host: images/homes makes it if it is missing, and checks that no link stands in its way."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..docker.once import Once
from ..document.filling import fill
from ..document.policy import Policy
from ..document.templates import Home, Template
from ..refusal import Refusal, one_line
from ..turns import Turns

log = logging.getLogger("launcher")


@dataclass(frozen=True)
class Wanted:
    """A home that has to be there."""

    person: str
    base: str
    parts: Sequence[str]
    owner: tuple[int, int]
    """Uid and gid."""


class Homes:
    def __init__(self, once: Once) -> None:
        self._once = once
        self._turns = Turns()

    async def prepare(self, policy: Policy, template: Template, having: Mapping[str, str]) -> None:
        """@raises Refusal with what the program says"""
        if template.home is None:
            return
        await self.make(policy, wanted(template.home, having))

    async def make(self, policy: Policy, home: Wanted) -> None:
        """@raises Refusal with what the program says"""
        # Several servers of one person have one home.
        async with self._turns.turn("/".join([home.base, *home.parts])):
            await self._make(policy, home)

    async def _make(self, policy: Policy, home: Wanted) -> None:
        if policy.homes is None:
            raise Refusal(502, "the file has no program for homes")
        create = fill(policy.homes.create, {"base": home.base})
        asked = json.dumps(request(policy, home)).encode()
        code, _, stderr = await self._once.run("homes", create, asked)
        said = stderr.decode("utf-8", errors="replace")
        if code == 0:
            return
        if code != 1 or "Traceback" in said:
            log.error("The program for homes ended with %s: %s", code, one_line(said[-400:]))
            raise Refusal(502, "the home cannot be made: the administrator finds the reason in the launcher's log")
        raise Refusal(403, said)


def wanted(home: Home, having: Mapping[str, str]) -> Wanted:
    owner = home.owner or (int(having["uid"]), int(having["gid"]))
    return Wanted(having["name"], home.base, fill(home.parts, having), owner)


def request(policy: Policy, home: Wanted) -> dict[str, Any]:
    assert policy.homes is not None
    uid, gid = home.owner
    given = policy.homes.request
    return {
        **given,
        "groups": sorted({*given["groups"], gid}),
        "bases": [home.base],
        "homes": [{"person": home.person, "base": 0, "parts": home.parts, "uid": uid, "gid": gid}],
        "volumes": [],
        "uids": owners(policy),
    }


def owners(policy: Policy) -> list[list[int]]:
    """The uids that people's servers may run with: whoever has one could put a link where a home is to be."""
    uses = [*policy.people.values(), *([policy.others] if policy.others else [])]
    # Of menus that nobody has there are no servers.
    menus = {id(use.menu): use.menu for use in uses}.values()
    templates = [entry.template for menu in menus for entry in menu.values()]
    spans = {(ids.first, ids.last) for ids in (one.ids for one in templates) if ids is not None}
    homes = [one.home for one in templates if one.home is not None]
    spans |= {(home.owner[0], home.owner[0]) for home in homes if home.owner is not None}
    spans |= {(int(use.vars["uid"]), int(use.vars["uid"])) for use in uses if "uid" in use.vars}
    return [list(span) for span in sorted(spans)]
