"""What is left over is removed: one's own, and only when it has ended for long."""

from __future__ import annotations

from fake_engine import INSTANCE, PREFIX, ROSTER
from launcher.docker.api import Docker
from launcher.servers.sweep import OLD, Sweep
from launcher.turns import Turns
from launcher_world import World, labels, world  # noqa: F401

ADA = f"{PREFIX}-u-ada"


async def test_the_sweep_removes_its_own_and_only_what_has_ended(world: World) -> None:
    kept = {
        ROSTER: ("created", {"jupyterhub.instance": INSTANCE}),
        f"{PREFIX}-u-running": ("running", labels("running")),
        f"{PREFIX}-u-declared": ("exited", {"jupyterhub.instance": INSTANCE, "jupyterhub.person": "declared"}),
        "other-u-x": ("exited", labels("x", **{"jupyterhub.instance": "other"})),
        "other-homes": ("exited", {"jupyterhub.homes": "other"}),
        f"{PREFIX}-homes-running": ("running", {"jupyterhub.homes": INSTANCE}),
        f"{PREFIX}-u-locked": ("exited", labels("locked")),
    }
    gone = {
        f"{PREFIX}-u-exited": ("exited", labels("exited")),
        f"{PREFIX}-u-dead": ("dead", labels("dead")),
        f"{PREFIX}-u-created": ("created", labels("created")),
        f"{PREFIX}-homes-exited": ("exited", {"jupyterhub.homes": INSTANCE}),
    }
    for name, (state, own) in {**kept, **gone}.items():
        if name != ROSTER:
            world.engine.add(name, state, Labels=own)
    now = [0.0]
    turns = Turns()
    docker = Docker(world.settings.docker)
    sweep = Sweep(docker, world.settings, turns, lambda: now[0])
    async with turns.turn(f"{PREFIX}-u-locked"):
        await sweep.once()
        now[0] = OLD - 1
        await sweep.once()
        assert sorted(world.engine.containers) == sorted({**kept, **gone})
        now[0] = OLD
        await sweep.once()
        assert sorted(world.engine.containers) == sorted(kept)
    await sweep.once()
    assert f"{PREFIX}-u-locked" not in world.engine.containers
    await docker.close()


async def test_what_ended_before_the_launcher_began_may_be_started_by_docker_after_a_reboot(world: World) -> None:
    exited = world.engine.add(ADA, "exited", Labels=labels("ada"))
    made = world.engine.add(f"{PREFIX}-u-bob", "created", Labels=labels("bob"))
    exited.created = made.created = 0
    await world.launcher._sweep.once()
    assert ADA in world.engine.containers and f"{PREFIX}-u-bob" not in world.engine.containers


async def test_one_that_ran_meanwhile_is_counted_anew(world: World) -> None:
    one = world.engine.add(ADA, "exited", Labels=labels("ada"))
    now = [0.0]
    docker = Docker(world.settings.docker)
    sweep = Sweep(docker, world.settings, Turns(), lambda: now[0])
    for moment, state in [(0, "exited"), (60, "running"), (150, "exited"), (200, "exited")]:
        now[0], one.state = moment, state
        await sweep.once()
        assert ADA in world.engine.containers
    now[0] = 150 + OLD
    await sweep.once()
    assert ADA not in world.engine.containers
    await docker.close()
