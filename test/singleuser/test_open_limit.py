"""What the server refuses to open, from the container's memory of either version of cgroups."""

import asyncio
from pathlib import Path

import pytest
from open_limit.limit import Limit, cost_of
from open_limit.memory import MIB, Memory


def cgroup(root: Path, version: int, limit: str, usage: int, cache: int = 0) -> Memory:
    """The files as Docker shows them in a container."""
    folder = root if version == 2 else root / "memory"
    folder.mkdir(exist_ok=True)
    before = "" if version == 2 else "total_"
    limit_file, usage_file = (
        ("memory.max", "memory.current") if version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    )
    (folder / limit_file).write_text(f"{limit}\n")
    (folder / usage_file).write_text(f"{usage}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{before}inactive_file {cache}\n{before}active_file {cache}\n")
    return Memory(str(root), {})


@pytest.mark.parametrize("version", [1, 2])
def test_the_limit_is_a_share_of_the_memory(tmp_path, version):
    memory = cgroup(tmp_path, version, str(1024 * MIB), 300 * MIB, 50 * MIB)
    assert (memory.limit(), memory.free()) == (1024 * MIB, 824 * MIB)
    assert Limit(memory, {}).file() == 64 * MIB
    # Raised while the server runs.
    cgroup(tmp_path, version, str(4096 * MIB), 300 * MIB)
    assert Limit(memory, {}).file() == 256 * MIB


@pytest.mark.parametrize(
    "version,unlimited", [(1, "9223372036854771712"), (2, "max"), (2, ""), (1, "none of a number")]
)
def test_without_a_limit_of_memory_all_is_opened(tmp_path, version, unlimited):
    limit = Limit(cgroup(tmp_path, version, unlimited, 300 * MIB), {})
    assert limit.file() is None and limit.body() is None
    assert limit.file_problem("big.csv", 10**12, 10) is None and limit.body_problem(10**12) is None


def test_without_cgroups_the_spawner_says_what_the_limit_is(tmp_path):
    assert Memory(str(tmp_path), {}).limit() is None
    memory = Memory(str(tmp_path), {"MEM_LIMIT": str(512 * MIB)})
    assert (memory.limit(), memory.free()) == (512 * MIB, None)
    assert Limit(memory, {}).file_problem("big.csv", 33 * MIB, 8) is not None
    assert Limit(memory, {}).file_problem("big.csv", 32 * MIB, 8) is None


def test_the_stack_file_says_another_limit(tmp_path):
    memory = cgroup(tmp_path, 2, str(1024 * MIB), 0)
    assert Limit(memory, {"JUPYTERHUB_OPEN_LIMIT": str(4 * MIB)}).file() == 4 * MIB
    assert Limit(memory, {"JUPYTERHUB_OPEN_LIMIT": "much"}).file() == 64 * MIB


def test_the_words_have_size_and_limit_and_what_to_do(tmp_path):
    limit = Limit(cgroup(tmp_path, 2, str(1024 * MIB), 600 * MIB), {})
    assert limit.file_problem("big.csv", 250 * MIB, 8.5) == (
        "big.csv has 250 MiB and is too large to be opened here: the limit is 64 MiB, since opening takes several "
        "times as much of this server's memory. Read it in pieces in a notebook (pandas: read_csv('big.csv', "
        "chunksize=100000)), or download it: downloads have no limit."
    )
    assert limit.file_problem("a.txt", 60 * MIB, 8) == (
        "a.txt has 60 MiB. To open it takes about 480 MiB of memory, and this server has 424 MiB left. Shut down "
        "kernels that you do not need, and try again. Read it in pieces in a notebook, or download it: "
        "downloads have no limit."
    )
    # No kernel is to blame here.
    assert "Shut down" not in limit.file_problem("zeros.txt", 60 * MIB, 23)
    assert limit.body_problem(129 * MIB).startswith("This is too large to be sent in one piece: the limit is 128 MiB.")
    assert limit.body_problem(100 * MIB).endswith("Shut down kernels that you do not need, and try again.")


def test_little_is_never_refused(tmp_path):
    limit = Limit(cgroup(tmp_path, 2, str(128 * MIB), 128 * MIB), {"JUPYTERHUB_OPEN_LIMIT": "1"})
    assert limit.file_problem("notes.md", MIB, 8) is None and limit.body_problem(MIB) is None


async def test_what_is_being_opened_counts_until_it_is_sent(tmp_path):
    limit = Limit(cgroup(tmp_path, 2, str(1024 * MIB), 0), {})
    sent = asyncio.get_running_loop().create_future()
    limit.promise(800 * MIB, sent)
    assert limit.waits() and limit.file_problem("b.txt", 50 * MIB, 8) is not None
    sent.set_result(None)
    await asyncio.sleep(0)
    assert not limit.waits() and limit.file_problem("b.txt", 50 * MIB, 8) is None
    # Whoever asked is gone.
    limit.promise(800 * MIB, sent)
    limit.promise(800 * MIB, None)
    assert not limit.waits()


@pytest.mark.parametrize(
    "name,content,least,most",
    [
        ("a.csv", b"1234,5678,abc\n" * 10_000, 6, 9),
        ("a.txt", "привет мир\n".encode() * 10_000, 11, 15),
        ("a.txt", bytes(100_000), 20, 24),
        ("a.png", b"\x89PNG\xff\xfe\xfd\xfc" * 10_000, 8, 11),
        ("a.ipynb", b"{}" * 1000, 15, 15),
        ("empty.txt", b"", 5, 11),
    ],
)
def test_what_opening_costs_depends_on_what_is_in_it(tmp_path, name, content, least, most):
    """The numbers are measured: open_limit.py."""
    file = tmp_path / name
    file.write_bytes(content)
    assert least <= cost_of(str(file), len(content)) <= most
