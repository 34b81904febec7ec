"""A launcher whose Docker was started anew without it has a socket on which nobody will ever answer."""

import health

LINE = "1042 1030 0:25 {root} /run/{file} rw,nosuid,nodev - tmpfs tmpfs rw,size=1616k,mode=755"


def mounts(root: str, file: str) -> str:
    others = [LINE.format(root="/", file="launcher"), LINE.format(root="/x//deleted", file="secrets")]
    return "\n".join([others[0], LINE.format(root=root, file=file), others[1], ""])


def test_a_socket_that_was_made_anew_is_known() -> None:
    assert health.is_stale(mounts("/docker.sock//deleted", "docker.sock"))
    assert health.is_stale(mounts("/user/1000/engine.sock//deleted", "docker.sock"))


def test_neither_the_right_one_nor_another_file_is() -> None:
    assert not health.is_stale(mounts("/docker.sock", "docker.sock"))
    assert not health.is_stale(mounts("/docker.sock//deleted", "docker.sock.old"))
