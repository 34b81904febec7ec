"""Databases of older JupyterHubs. Those in databases/ were made by the real versions."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import jupyterhub
import pytest
from alembic import command
from conftest import PASSWORD, password_hash, person
from declared.store.database import Database
from declared.store.kept import FILE, KEEP
from declared.store.schema import Refused
from jupyterhub import orm

OLD = {"4.1.6": "0eee8c825d24", "5.2.1": "4621fec11365"}
HEAD = "f460b0348206"
NOW = jupyterhub.__version__


def script(version):
    return (Path(__file__).parent / "databases" / f"jupyterhub-{version}.sql").read_text()


def make(folder, version="5.2.1", edit=lambda sql: sql):
    file = folder / FILE
    with closing(sqlite3.connect(file)) as database:
        database.executescript(edit(script(version)))
    return file


def rows(file):
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def revision(file):
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def others(file):
    """Names of the files next to the database."""
    return sorted(path.name for path in file.parent.iterdir() if path != file)


def silent(file, **kwargs):
    said = []
    return Database(file, say=said.append, **kwargs), said


def of_world(world):
    """The old database's ada is the world's: same proof, and her server is where the world's servers are."""
    proof = hashlib.sha256("\0".join(["password", "ada", password_hash(PASSWORD)]).encode()).hexdigest()[:16]
    world.declare(ada=person("ada", groups=["staff"]))
    world.docker.containers["P-u-ada"].running = True
    return lambda sql: sql.replace("a1:proof", f"a1:{proof}:x").replace(
        "'P-u-ada',8888", f"'127.0.0.1',{world._ports['servers']}"
    )


@pytest.mark.parametrize("version", OLD)
async def test_an_older_database_is_upgraded_and_running_servers_are_found_again(world, capfd, version):
    file = make(world.data_dir, version, of_world(world))
    before = rows(file)
    await world.start_hub()
    await world.until(lambda: world.spawner("ada").ready and "/user/ada" in world.proxy.routes)
    assert [request for request in world.docker.requests if request.endswith(("/start", "/stop"))] == []
    assert (await world.api("GET", "/user", token="a" * 32))[1]["groups"] == ["staff"]
    assert revision(file) == HEAD
    (copy,) = Database(file).copies
    assert copy.name.endswith(f"Z-from-{OLD[version]}-to-{NOW}") and rows(copy) == before
    assert (
        f"jupyterhub: the database is now of JupyterHub {NOW}. "
        f"The one from before, of revision {OLD[version]}, is kept beside it: {copy.name}\n" in capfd.readouterr().err
    )
    await world.restart_hub()
    assert Database(file).copies == [copy]


async def test_a_new_hub_that_does_not_come_up_leaves_the_old_database(world, capfd, monkeypatch):
    file = make(world.data_dir, edit=of_world(world))
    before = rows(file)
    with monkeypatch.context() as patch:
        patch.setattr("declared.app.end_added_services", lambda app: 1 / 0)
        with pytest.raises(SystemExit):
            await world.start_hub()
        assert rows(file) == before
        assert others(file) == ["database.json"]
        said = capfd.readouterr().err
        assert (
            "jupyterhub: the database is as it was before, of revision 4621fec11365: "
            f"JupyterHub {NOW} did not come up with it; the reason is above." in said
        )
        assert said.index("ZeroDivisionError") < said.index("jupyterhub: the database")
    await world.start_hub()
    await world.until(lambda: world.spawner("ada").ready)


def test_an_upgrade_that_fails_has_touched_nothing(tmp_path, monkeypatch):
    file = make(tmp_path)
    before = file.read_bytes()

    def half(config, revision, upgrade=command.upgrade):
        upgrade(config, "be8ecf03ddac")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("declared.store.schema.command.upgrade", half)
    database, said = silent(file)
    with pytest.raises(
        Refused,
        match=f"^of revision 4621fec11365 could not be upgraded to JupyterHub {NOW} "
        r"\(OperationalError: database or disk is full\). It is as it was. "
        "To have the hub as it was: the image that it had before",
    ):
        database.open()
    assert (file.read_bytes(), others(file), said) == (before, [], [])


@pytest.mark.parametrize("moment", range(1, 12))
def test_killed_at_any_moment_the_old_database_is_whole(tmp_path, monkeypatch, moment):
    """The old image then finds its own, whether it looks for a trial (it has this code) or the kill came before the
    swap.
    """
    file = make(tmp_path)
    before = rows(file)
    count = 0

    class Killed(BaseException):
        pass

    def deadly(act):
        def acting(*args, **kwargs):
            nonlocal count
            count += 1
            if count == moment:
                raise Killed
            return act(*args, **kwargs)

        return acting

    finished = False
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", deadly(Path.replace))
        patch.setattr(Path, "unlink", deadly(Path.unlink))
        try:
            database, _ = silent(file)
            database.open()
            database.put_back()
            finished = True
        except Killed:
            pass
    database, _ = silent(file)
    database.put_back()
    assert rows(file) == before
    assert finished == (moment > count)
    database.open()
    assert revision(file) == HEAD


def test_what_was_half_written_is_not_taken_for_the_old_database(tmp_path):
    file = make(tmp_path)
    before = rows(file)
    silent(file)[0].open()
    journal = file.with_name(f"{FILE}-journal")
    journal.write_bytes(b"the new hub was killed here")
    silent(file)[0].put_back()
    assert rows(file) == before and not journal.exists()


def test_another_version_of_the_same_schema_is_a_change_too(tmp_path):
    file = make(tmp_path)
    first, _ = silent(file, version="6.1.0")
    first.open()
    first.confirm()
    second, said = silent(file, version="6.1.1")
    second.open()
    second.confirm()
    assert [copy.name.split("Z-")[1] for copy in second.copies] == ["from-4621fec11365-to-6.1.0", "from-6.1.0-to-6.1.1"]
    assert said[0].startswith("is now of JupyterHub 6.1.1. The one from before, of JupyterHub 6.1.0, is kept")
    second.open()
    assert len(second.copies) == 2


def test_a_newer_database_is_refused_and_a_kept_copy_can_be_put_back(tmp_path, monkeypatch):
    file = make(tmp_path)
    before = rows(file)
    database, _ = silent(file)
    database.open()
    database.confirm()
    (copy,) = database.copies
    newer = rows(file)
    monkeypatch.setattr("declared.store.schema.look_up", lambda revision: ("4621fec11365", revision == "4621fec11365"))
    older, said = silent(file, version="5.2.1")
    with pytest.raises(Refused) as refused:
        older.open()
    assert str(refused.value).startswith(
        f"is of a newer JupyterHub ({NOW}) than this image has (5.2.1). It is as it was. "
        "Go back to the newer image, and `npm run up`."
    )
    assert str(refused.value).endswith(f"IMAGE python -m declared.store.database {copy.name}")
    assert rows(file) == newer
    with pytest.raises(Refused, match=f"has no copy 'other'. There are: {copy.name}"):
        older.restore("other")
    older.restore(copy.name)
    assert rows(file) == before
    assert rows(copy) == before and [rows(other) for other in older.copies if other != copy] == [newer]
    older.open()
    older.confirm()
    assert len(older.copies) == 2 and len(said) == 1


def test_so_many_copies_are_kept(tmp_path):
    file = make(tmp_path)
    for number in range(KEEP + 2):
        (tmp_path / f"{FILE}-2025010{number + 1}T000000Z-from-5.1.0-to-5.2.1").write_bytes(b"")
    database, _ = silent(file)
    database.open()
    database.confirm()
    assert [copy.name[18:26] for copy in database.copies[:-1]] == ["20250104", "20250105", "20250106", "20250107"]
    assert len(database.copies) == KEEP


def test_no_database_yet_and_one_that_is_none(tmp_path):
    database, said = silent(tmp_path / FILE)
    database.open()
    assert others(tmp_path / FILE) == []
    (tmp_path / FILE).write_bytes(b"not a database, and JupyterHub says so")
    database.open()
    database.confirm()
    assert (others(tmp_path / FILE), said) == (["database.json"], [])


async def test_a_first_start_makes_no_copy(world):
    await world.start_hub()
    await world.restart_hub()
    assert Database(world.data_dir / FILE).copies == []
    assert orm.Role.find(world.hub.db, "user")
