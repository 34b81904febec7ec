"""Databases of PostgreSQL that the hub does not use, and what its commands say of them."""

import json

import pytest
from declared.store import once
from declared.store.address import Address
from declared.store.schema import Refused
from postgresql import INSTANCE, database, name_of


def test_only_an_empty_database_or_the_stacks_own_is_used(server, url, tmp_path):
    server.ask("CREATE TABLE a (x int); CREATE TABLE b (x int)", name_of(url))
    with pytest.raises(Refused, match=r"has tables that are not this stack's \(a, b\)\. Give the hub a database"):
        database(url, tmp_path).open()
    server.ask("DROP TABLE a, b", name_of(url))
    database(url, tmp_path).open()
    for act in ("open", "examine", "tables", "purge"):
        with pytest.raises(Refused, match="is of another stack, with the id kq3v7x2m; this one's id is aaaaaaaa"):
            getattr(database(url, tmp_path / "other", "aaaaaaaa"), act)()
    server.ask("CREATE TABLE notes (x int); CREATE ROLE other; ALTER TABLE notes OWNER TO other", name_of(url))
    assert "users" in database(url, tmp_path).tables()
    assert "users" in database(url, tmp_path).purge()
    assert server.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name_of(url)) == "notes"


def test_who_may_make_no_tables_is_told_so(server, url, tmp_path):
    server.ask("CREATE ROLE poor LOGIN", name_of(url))
    address = url.replace("postgres@", "poor@")
    with pytest.raises(Refused, match=r"poor may make no tables in the schema public.*ALTER DATABASE .* OWNER TO poor"):
        database(address, tmp_path).examine()
    server.ask(f"ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on")
    with pytest.raises(Refused, match="cannot be written: it is a standby, or set to be read only"):
        database(url, tmp_path).examine()


def test_an_old_server_is_refused(url, tmp_path, monkeypatch):
    monkeypatch.setattr("declared.store.standing.OLDEST", 99)
    with pytest.raises(Refused, match=r"is of PostgreSQL [0-9]+; the hub needs 99 or newer"):
        database(url, tmp_path).examine()


def given(url):
    return json.dumps({"url": url, "ca": "", "instance": INSTANCE})


def test_the_commands_say_what_is_wrong_and_never_the_password(server, url, tmp_path, capsys):
    def refusal(url):
        with pytest.raises(SystemExit) as ended:
            once.run("check", "", given(url), tmp_path)
        return str(ended.value)

    once.run("check", "", given(url), tmp_path)
    secret = url.replace("postgres@", "postgres:hidden-0815@")
    said = [
        refusal(secret.replace(name_of(url), "missing")),
        refusal(secret.replace(str(server.port), "9")),
        refusal(secret.replace("127.0.0.1", "no-such-host.invalid")),
        refusal(secret + "?sslmode=require"),
    ]
    assert "the server does not have what the URL names" in said[0]
    assert "nothing listens there" in said[1]
    assert "no server of this name is known there" in said[2]
    assert "the server has no TLS, and sslmode asks for it" in said[3]
    assert "0815" not in "".join(said)
    assert "0815" not in repr(Address.of(secret)) + str(Address.of(secret))
    once.run("tables", "", given(url), tmp_path)
    assert capsys.readouterr().out == "\n"


@pytest.mark.parametrize("text", ["", "{}", '{"url": "postgresql://a:hidden-0815@b:x/c", "ca": "", "instance": "i"}'])
def test_what_the_commands_do_not_understand_is_refused(text, tmp_path):
    with pytest.raises(SystemExit, match=r"^standard input: ") as ended:
        once.run("check", "", text, tmp_path)
    assert "0815" not in str(ended.value)
