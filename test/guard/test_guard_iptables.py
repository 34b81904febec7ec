import iptables
import pytest
from example_settings import settings  # noqa: F401
from host import Problem

DOCKER = """\
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
:DOCKER-FORWARD - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER-FORWARD -i jh-kq3v7x2m -o jh-kq3v7x2m -j DROP
-A DOCKER-USER -i jh-other567 -o jh-other567 -j JHG-other567
-A DOCKER-USER -i eth0 -j RETURN
COMMIT"""
ELSEWHERE = DOCKER.replace("jh-kq3v7x2m", "br-0123456789ab")
JUMP = "-A DOCKER-USER -i jh-kq3v7x2m -o jh-kq3v7x2m -j JHG-kq3v7x2m"


@pytest.fixture
def machine(monkeypatch):
    """A filter table that stores what is written to it."""
    tables = {("iptables", "filter"): DOCKER.splitlines(), ("iptables", "mangle"): [], ("ip6tables", "mangle"): []}
    written = []

    def run(program, *args, text):
        written.append(text)
        table = tables[program.removesuffix("-nft-restore"), text.splitlines()[0][1:]]
        for line in text.splitlines():
            if line.startswith(("-A ", ":")):
                table.append(line)
            elif line.startswith("-I DOCKER-USER 1 "):
                at = next(i for i, one in enumerate(table) if one.startswith("-A DOCKER-USER "))
                table.insert(at, line.replace("-I DOCKER-USER 1", "-A DOCKER-USER"))
            elif line.startswith("-D "):
                table.remove(line.replace("-D ", "-A ", 1))
            elif line.startswith("-X "):
                table[:] = [one for one in table if line[3:] not in one]

    monkeypatch.setattr(iptables, "saved", lambda family, table: list(tables[family, table]))
    monkeypatch.setattr(iptables, "run", run)
    return tables, written


def test_the_way_is_opened_where_dockers_rules_are_and_then_left_alone(settings, machine):
    tables, written = machine
    way = iptables.Iptables(settings)
    assert way.look() is True
    assert written[0].splitlines() == [
        "*filter",
        ":JHG-kq3v7x2m - [0:0]",
        "-A JHG-kq3v7x2m -s 10.88.0.2 -j ACCEPT",
        "-A JHG-kq3v7x2m -s 10.88.0.3 -j ACCEPT",
        "-A JHG-kq3v7x2m -d 10.88.0.2 -p tcp --dport 8081 -j ACCEPT",
        "-A JHG-kq3v7x2m -d 10.88.0.3 -p tcp --dport 8000 -j ACCEPT",
        "-I DOCKER-USER 1 -i jh-kq3v7x2m -o jh-kq3v7x2m -j JHG-kq3v7x2m",
        "COMMIT",
    ]
    assert JUMP in tables["iptables", "filter"]
    assert way.look() is True
    assert len(written) == 1
    # Behind another rule it is set again, once.
    table = tables["iptables", "filter"]
    table.remove(JUMP)
    table.append(JUMP)
    assert way.look() is True
    assert f"-D {JUMP[3:]}" in written[1]
    assert [line for line in table if line == JUMP] == [JUMP]


def test_where_docker_has_none_nothing_is_left(settings, machine):
    tables, written = machine
    way = iptables.Iptables(settings)
    way.look()
    docker = "-A DOCKER-FORWARD -i jh-kq3v7x2m -o jh-kq3v7x2m"
    tables["iptables", "filter"] = [line for line in tables["iptables", "filter"] if not line.startswith(docker)]
    assert way.look() is False
    assert "JHG-kq3v7x2m" not in "\n".join(tables["iptables", "filter"])
    assert way.instances() == set()
    assert way.look() is False
    assert len(written) == 2


def test_a_policy_that_docker_left_behind_and_a_chain_without_a_way_to_it_are_named(settings, machine):
    tables, _ = machine
    way = iptables.Iptables(settings)
    tables["iptables", "filter"] = ELSEWHERE.splitlines()
    assert way.look() is False
    assert "iptables -P FORWARD ACCEPT" in way.hint()
    tables["iptables", "filter"] = DOCKER.splitlines()
    way.look()
    assert way.hint() is None
    tables["iptables", "filter"].remove("-A FORWARD -j DOCKER-USER")
    assert "nothing leads from FORWARD to DOCKER-USER" in way.hint()


def test_without_a_chain_for_users_there_is_no_way(settings, machine):
    tables, _ = machine
    tables["iptables", "filter"] = [line for line in DOCKER.splitlines() if "DOCKER-USER" not in line]
    with pytest.raises(Problem, match="there is no chain DOCKER-USER"):
        iptables.Iptables(settings).look()


def test_what_earlier_guards_had_in_mangle_goes(settings, machine):
    tables, _ = machine
    old = [":JHG-kq3v7x2m - [0:0]", "-A PREROUTING -i jh-kq3v7x2m -j JHG-kq3v7x2m", "-A JHG-kq3v7x2m -j DROP"]
    tables["ip6tables", "mangle"] = list(old)
    way = iptables.Iptables(settings)
    assert way.instances() == {"kq3v7x2m"}
    way.clean_old()
    assert tables["ip6tables", "mangle"] == []
