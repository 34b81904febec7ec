"""Rows for people who are new on the list: many at a time, and with all that JupyterHub gives to a row of its own."""

import asyncio
from typing import Any

from conftest import hub_section, person
from declared import context
from declared.people import incarnation, rows
from jupyterhub import orm, roles
from sqlalchemy import event


def many(count: int) -> dict[str, Any]:
    return {
        f"p{i:03d}": person(f"p{i:03d}", admin=i % 50 == 0, groups=["staff", f"team{i % 3}"] if i % 7 == 0 else [])
        for i in range(count)
    }


async def started(world: Any, **changed: Any) -> Any:
    """A hub that follows the list only when a test says so."""
    world.list_people()
    await world.start_hub(rosterInterval=3600, **changed, **world.make_dynamic())
    await asyncio.sleep(0.2)
    return world.hub


def seen(row: orm.User) -> dict[str, Any]:
    return {
        "admin": row.admin,
        "roles": sorted(role.name for role in row.roles),
        "groups": sorted(group.name for group in row.groups),
        "servers": [(one.name, one.display_name, one.server, one.state) for one in row.orm_spawners.values()],
    }


async def test_a_row_is_as_jupyterhub_would_make_it(world):
    role = {
        "name": "looks",
        "description": "",
        "scopes": ["read:metrics"],
        "users": ["root"],
        "groups": [],
        "services": [],
    }
    hub = await started(world, hub=hub_section(roles=[role]))
    world.list_people(ada=person("ada"), root=person("root", admin=True, groups=["staff"]))
    await hub._follow_roster()
    for name, admin in [("own", False), ("chief", True)]:
        row = orm.User(name=name, admin=admin)
        hub.db.add(row)
        roles.assign_default_roles(hub.db, entity=row)
        hub.db.commit()
        _ = hub.users[row]
    made = {row.name: seen(row) for row in hub.db.query(orm.User)}
    assert made["ada"] == made["own"]
    assert made["root"] == {**made["chief"], "roles": sorted(["admin", "user", "looks"]), "groups": ["staff"]}
    roster = context.current().keeper.roster
    for name in ("ada", "root"):
        assert incarnation.proven(orm.User.find(hub.db, name), roster.get(name), "password")


async def test_hundreds_of_people_take_a_few_transactions_and_the_hub_answers_meanwhile(world):
    hub = await started(world)
    people = many(3 * rows.AT_ONCE)
    world.list_people(**people)
    taken = {"commit": 0, "before_cursor_execute": 0}
    engine = hub.db.get_bind()

    def count(what: str) -> None:
        event.listen(engine, what, lambda *_: taken.update({what: taken[what] + 1}))

    for what in ("commit", "before_cursor_execute"):
        count(what)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await context.current().keeper.read()
    before = turns
    await hub.reconciler.pass_over(context.current().keeper.roster)
    task.cancel()
    assert turns - before >= 3
    assert taken["before_cursor_execute"] < 3 * len(people)
    assert taken["commit"] < 10
    for name, fields in people.items():
        row = orm.User.find(hub.db, name)
        assert sorted(group.name for group in row.groups) == sorted(fields["groups"])
        assert {role.name for role in row.roles} == ({"user", "admin"} if fields["admin"] else {"user"})


async def test_who_gets_a_row_in_the_middle_is_left_as_they_are_until_the_next_pass(world):
    hub = await started(world)
    world.list_people(**many(rows.AT_ONCE + 1))
    last = f"p{rows.AT_ONCE:03d}"

    async def comes() -> None:
        hub.db.add(orm.User(name=last))
        hub.db.commit()

    await context.current().keeper.read()
    task = asyncio.create_task(comes())
    await hub.reconciler.pass_over(context.current().keeper.roster)
    await task
    assert hub.db.query(orm.User).filter_by(name=last).count() == 1
    await hub.reconciler.pass_over(context.current().keeper.roster)
    assert "user" in seen(orm.User.find(hub.db, last))["roles"]
