"""Ten people, two GPUs, and everything is killed at any moment: never one GPU for two, and never a lost one."""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

from fake_engine import Container
from launcher.servers.sweep import OLD
from launcher_world import World, profiles, use, world  # noqa: F401

STEPS = 500
PEOPLE = [f"p{number}" for number in range(10)]
SERVERS = [*PEOPLE, "p0/work", "p1/work"]
MOMENTS = [
    *["POST /containers/create", "POST /containers/create", "POST /containers/create"],
    *["POST /containers/0", "DELETE", "GET /containers/json", "POST /volumes"],
]
"""Beginnings of requests, at which something is killed."""
NEEDS = {"small": 0, "gpu": 1, "two-gpus": 2}


def gpus_of(one: Container) -> list[str]:
    """As Docker was told to give them."""
    requests = one.body.get("HostConfig", {}).get("DeviceRequests", [])
    return [id for request in requests for id in request["DeviceIDs"]]


class Storm:
    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.twice: list[str] = []
        """GPUs that two had, and what they were."""
        self.seen = dict.fromkeys(["made", "refused", "kills"], 0)
        world.engine.pause = self.pause
        world.engine.on_start = self.watch
        self.started: set[str] = set()
        """Ids of containers."""
        self.now = 0.0

    async def pause(self, asked: str) -> None:
        """Docker takes its time, and most for what it makes, starts and removes."""
        for _ in range(self.random.randrange(5 if asked.startswith("GET") else 40)):
            await asyncio.sleep(0)

    def watch(self, started: Container) -> None:
        """Of two that were started both may run, now or after a reboot. One that nobody started does not."""
        self.started.add(started.id)
        for one in self.world.engine.containers.values():
            both = set(gpus_of(one)) & set(gpus_of(started))
            if one is not started and one.started and both:
                self.twice.append(f"{sorted(both)} of {one.name} and {started.name}")

    def act(self) -> Any:
        name = self.random.choice(SERVERS)
        what = self.random.choice(["start"] * 5 + ["stop", "stop", "remove", "look"])
        if what == "start":
            return self.world.start(name, profile=self.random.choice(list(NEEDS)))
        if what == "look":
            return self.world.ask("GET", "/launcher/gpus")
        return self.world.person(name, f"/{what}")

    async def some_at_once(self, kill: str) -> None:
        """`kill`: what is killed on the way, if anything: the launcher, or the hub and so its requests."""
        asked = [asyncio.create_task(self.act()) for _ in range(self.random.randrange(1, 6))]
        if kill != "":
            await self.until_docker_is_asked(self.random.choice(MOMENTS))
        if kill == "launcher":
            await self.world.kill(docker_goes_on=True)
            await self.world.begin()
        if kill == "hub":
            for one in asked:
                one.cancel()
        self.seen["kills"] += kill != ""
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            self.count(answer)

    async def until_docker_is_asked(self, what: str) -> None:
        """Again; or not any more, where nobody asks that."""
        self.world.engine.requests.clear()
        for _ in range(200):
            await asyncio.sleep(0)
            if self.world.engine.asked(what):
                break
        for _ in range(self.random.randrange(20)):
            await asyncio.sleep(0)

    def count(self, answer: object) -> None:
        if isinstance(answer, tuple):
            code, said = answer
            assert code in (200, 204, 404, 409, 423, 502, 503, 500), answer
            self.seen["made"] += code == 200 and said.get("made") is True
            self.seen["refused"] += code == 423

    async def one_ends(self) -> None:
        """By itself; or the machine starts again, and with it whatever was started before."""
        containers = self.world.engine.containers.values()
        for one in containers:
            if one.started and self.random.random() < 0.3:
                one.state = "exited"
        if self.random.random() < 0.5:
            for one in containers:
                if one.started:
                    one.state = "running"

    async def sweep(self) -> None:
        sweep = self.world.launcher._sweep
        sweep._now = lambda: self.now
        for one in self.world.engine.containers.values():
            one.created -= 2 * OLD
        for _ in range(2):
            await sweep.once()
            self.now += OLD

    async def quiet(self) -> None:
        """Until Docker has done all that it was told, also by those who are gone."""
        # Whoever connected before this one has been heard.
        await self.world.ask("GET", "/launcher/nothing")
        while self.world.engine.busy or self.world.launcher._turns._asked:
            await asyncio.sleep(0)

    async def check(self) -> None:
        assert self.twice == []
        there = [one for one in self.world.engine.containers.values() if gpus_of(one)]
        having = [id for one in there if one.started for id in gpus_of(one)]
        assert len(having) == len(set(having)) and set(having) <= {"0", "1"}
        taken = {id for one in there for id in gpus_of(one)}
        found = await self.world.gpus()
        assert found["free"] == 2 - len(taken)
        assert sum(one["gpus"] for one in found["held"]) == sum(len(gpus_of(one)) for one in there)

    async def a_start_with_nothing_beside_it(self) -> None:
        """Gets what is free, or reads for what there is not enough."""
        name, profile = self.random.choice(SERVERS), self.random.choice(list(NEEDS))
        code, before = await self.world.state(name)
        runs = code == 200 and before["running"]
        container = before["container"] if code == 200 else ""
        others = [one for one in self.world.engine.containers.values() if one.name != container]
        free = 2 - len({id for one in others for id in gpus_of(one)})
        answer = await self.world.start(name, profile=profile)
        self.count(answer)
        needed = NEEDS[profile]
        if runs or needed <= free:
            assert answer[0] == 200 and answer[1]["made"] is not runs
        else:
            are = "is" if free == 1 else "are"
            message = f"all GPUs are taken: {free} of 2 {are} free, and the profile {profile} needs {needed}"
            assert answer == (423, {"message": message})


async def test_never_one_for_two_and_never_a_lost_one(world: World) -> None:
    world.engine.roster({**profiles(), "people": {name: use(0) for name in PEOPLE}})
    seed = int(os.environ.get("FUZZ_SEED") or random.randrange(2**32))
    storm = Storm(world, seed)
    for step in range(STEPS):
        try:
            await storm.some_at_once(storm.random.choice(["", "", "launcher", "hub"]))
            if storm.random.random() < 0.7:
                await storm.quiet()
                await storm.check()
                await storm.a_start_with_nothing_beside_it()
            if storm.random.random() < 0.2:
                await storm.one_ends()
            if storm.random.random() < 0.1:
                await storm.sweep()
        except Exception as error:
            raise AssertionError(f"seed {seed}, step {step}: {error}") from error
    await storm.quiet()
    for name in SERVERS:
        assert (await world.person(name, "/remove"))[0] in (204, 404)
    assert await world.gpus() == {"pool": 2, "free": 2, "held": []}
    assert (await world.start("p9", profile="two-gpus"))[0] == 200
    # It was a storm.
    assert storm.seen["made"] > 100 and storm.seen["refused"] > 50 and storm.seen["kills"] > 100, storm.seen
    # Containers that were made, and their launcher was killed before it started them.
    assert len(world.engine.bodies) - len(storm.started) > 3
