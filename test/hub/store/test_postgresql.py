"""The hub's database in a real PostgreSQL: made, moved there and back, upgraded, refused, missed."""

import sqlite3
from contextlib import closing

import jupyterhub
import pytest
from conftest import PASSWORD, person
from declared.store.kept import FILE
from declared.store.schema import Refused
from postgresql import IN_POSTGRESQL, INSTANCE, database, name_of
from test_database import HEAD, OLD, make, of_world, revision

NOW = jupyterhub.__version__


def content(file):
    """Table → its rows, in any order, by the names of their columns."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted(str(sorted(dict(row).items())) for row in connection.execute(f"SELECT * FROM {table}"))
            for table in sorted(tables)
        }


def kept(folder, what=""):
    return [path for path in sorted(folder.iterdir()) if f"Z-from-{what}" in path.name]


# A hub on it


async def test_a_hub_on_an_empty_database_makes_its_tables_and_finds_them_again(there, server, url):
    there.declare(ada=person("ada"))
    await there.start_hub(**IN_POSTGRESQL)
    await there.start_server("ada")
    await there.log_in("ada")
    assert server.ask("SELECT instance, version, trial FROM jupyterhub_stack", name_of(url)) == f"{INSTANCE}|{NOW}|"
    await there.restart_hub(**IN_POSTGRESQL)
    await there.until(lambda: there.spawner("ada").ready)
    assert not (there.data_dir / FILE).exists()
    assert kept(there.data_dir) == []


@pytest.mark.parametrize("version", OLD)
async def test_an_old_file_is_moved_in_and_running_servers_are_found_again(there, server, url, capfd, version):
    file = make(there.data_dir, version, of_world(there))
    before = content(file)
    await there.start_hub(**IN_POSTGRESQL)
    await there.until(lambda: there.spawner("ada").ready and "/user/ada" in there.proxy.routes)
    assert [request for request in there.docker.requests if request.endswith(("/start", "/stop"))] == []
    assert (await there.api("GET", "/user", token="a" * 32))[1]["groups"] == ["staff"]
    (copy,) = kept(there.data_dir)
    assert content(copy) == before and not file.exists()
    assert (
        f"jupyterhub: the database is {name_of(url)} at 127.0.0.1:{server.port} from now on." in capfd.readouterr().err
    )
    # New rows get numbers that none has.
    await there.log_in("ada", PASSWORD)


async def test_there_and_back_nothing_is_lost(there, url):
    make(there.data_dir, "5.2.1", of_world(there))
    await there.start_hub()
    await there.until(lambda: there.spawner("ada").ready)
    await there.stop_hub()
    file = there.data_dir / FILE
    before = content(file)
    moving = database(url, there.data_dir)
    moving.open()
    moving.confirm()
    assert not file.exists()
    moving.move_out()
    assert content(file) == before
    moving.move_out()  # Killed after it, and run again.
    assert content(file) == before
    await there.start_hub()
    await there.until(lambda: there.spawner("ada").ready)
    assert (await there.api("GET", "/user", token="a" * 32))[1]["name"] == "ada"


async def test_a_hub_on_sqlite_does_not_begin_anew_while_its_data_are_elsewhere(there, server, url):
    await there.start_hub(**IN_POSTGRESQL)
    await there.stop_hub()
    where = f"{name_of(url)} at 127.0.0.1:{server.port}"
    await there.refuse_hub(f"jupyterhub: the database is in PostgreSQL: {where}. Name it again")
    other = server.make("elsewhere")
    with pytest.raises(Refused, match=f"^elsewhere at .* is empty, and the hub's data were in {where}"):
        database(other, there.data_dir).open()
    assert server.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "elsewhere") == "0"


# Interruption


@pytest.mark.parametrize("moment", ["note", "take_place", "set_mark", "_count_on", "upgrade"])
def test_killed_in_the_middle_of_a_move_the_file_is_the_truth(url, tmp_path, monkeypatch, moment):
    class Killed(BaseException):
        pass

    def kill(*args, **kwargs):
        raise Killed

    file = make(tmp_path)
    before = content(file)
    place = {
        "note": "declared.store.place.Place.note",
        "take_place": "declared.store.schema.take_place",
        "set_mark": "declared.store.postgresql.set_mark",
        "_count_on": "declared.store.copying._count_on",
        "upgrade": "declared.store.schema.upgrade",
    }[moment]
    with monkeypatch.context() as patch:
        patch.setattr(place, kill)
        with pytest.raises(Killed):
            database(url, tmp_path).open()
    assert content(file) == before
    database(url, tmp_path).open()
    assert not file.exists() and len(kept(tmp_path, "sqlite")) == 1


def test_what_is_replaced_is_kept(url, tmp_path):
    first = database(url, tmp_path)
    make(tmp_path, "5.2.1", lambda sql: sql.replace("'ada'", "'zoe'"))
    first.open()
    first.confirm()
    make(tmp_path)
    first.open()
    (replaced,) = kept(tmp_path, "postgresql")
    assert "zoe" in str(content(replaced)["users"])
    first.restore(replaced.name)
    first.export(tmp_path / "now")
    assert "zoe" in str(content(tmp_path / "now")["users"])
    with pytest.raises(Refused, match=r"^has no copy 'other'\. There are: jupyterhub\.sqlite-"):
        first.restore("other")


# Upgrades


def old_there(url, folder, monkeypatch, version="5.2.1"):
    """A database as an older JupyterHub left it."""
    file = make(folder, version)
    with monkeypatch.context() as patch:
        patch.setattr("declared.store.schema.upgrade", lambda draft: None)
        patch.setattr("declared.store.schema.head", lambda: OLD[version])
        patch.setattr("declared.store.postgresql.orm.Base.metadata", None)
        older = database(url, folder, version=version)
        older.open()
        older.confirm()
    for copy in kept(folder):
        copy.unlink()
    return content_of(url, folder), file


def content_of(url, folder):
    database(url, folder).export(folder / "exported")
    found = content(folder / "exported")
    (folder / "exported").unlink()
    return found


@pytest.mark.parametrize("version", OLD)
def test_an_older_database_is_upgraded_and_the_one_from_before_is_kept(url, tmp_path, monkeypatch, capfd, version):
    before, _ = old_there(url, tmp_path, monkeypatch, version)
    newer = database(url, tmp_path)
    newer.open()
    newer.confirm()
    (copy,) = kept(tmp_path, version)
    assert (content(copy), revision(copy)) == (before, OLD[version])
    after = content_of(url, tmp_path)
    assert HEAD in after["alembic_version"][0]
    assert [len(after[table]) for table in ("users", "api_tokens")] == [
        len(before[table]) for table in ("users", "api_tokens")
    ]
    assert f"jupyterhub: the database is now of JupyterHub {NOW}." in capfd.readouterr().err
    newer.open()
    newer.confirm()
    assert kept(tmp_path) == [copy]


def test_the_image_from_before_begins_with_the_kept_one_when_the_new_one_does_not_come_up(
    url, tmp_path, monkeypatch, capfd
):
    before, _ = old_there(url, tmp_path, monkeypatch)
    newer = database(url, tmp_path)
    newer.open()
    newer.put_back()
    assert f"was upgraded, and JupyterHub {NOW} did not come up with it" in capfd.readouterr().err
    newer.open()  # Docker starts it again: it is on trial still.
    assert len(kept(tmp_path)) == 1
    monkeypatch.setattr("declared.store.schema.upgrade", lambda draft: None)
    monkeypatch.setattr("declared.store.schema.head", lambda: OLD["5.2.1"])
    monkeypatch.setattr("declared.store.schema.look_up", lambda revision: (OLD["5.2.1"], revision == OLD["5.2.1"]))
    monkeypatch.setattr("declared.store.postgresql.orm.Base.metadata", None)
    older = database(url, tmp_path, version="5.2.1")
    older.open()
    assert content_of(url, tmp_path) == before
    assert "is as it was before, of JupyterHub 5.2.1" in capfd.readouterr().err


def test_an_upgrade_that_fails_has_touched_nothing(url, tmp_path, monkeypatch):
    before, _ = old_there(url, tmp_path, monkeypatch)

    def fail(draft):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("declared.store.schema.upgrade", fail)
        with pytest.raises(Refused, match=r"^of JupyterHub 5\.2\.1 could not be upgraded to JupyterHub .*disk is full"):
            database(url, tmp_path).open()
    assert content_of(url, tmp_path) == before and kept(tmp_path) == []


def test_a_newer_database_is_refused(url, tmp_path, monkeypatch):
    newer = database(url, tmp_path, version="99.0.0")
    newer.open()
    newer.confirm()
    monkeypatch.setattr("declared.store.schema.look_up", lambda revision: ("4621fec11365", revision == "4621fec11365"))
    for act in (database(url, tmp_path).open, database(url, tmp_path).examine):
        with pytest.raises(Refused, match=rf"^is of a newer JupyterHub \(99\.0\.0\) than this image has \({NOW}\)"):
            act()
