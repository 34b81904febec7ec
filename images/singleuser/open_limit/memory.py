"""The memory that the container may use, and what is left of it."""

import os

MIB = 2**20


class Memory:
    """The container's memory, of either version of cgroups. None where there is no limit."""

    VERSIONS = (
        ("memory.max", "memory.current", ("inactive_file", "active_file")),
        (
            "memory/memory.limit_in_bytes",
            "memory/memory.usage_in_bytes",
            ("total_inactive_file", "total_active_file"),
        ),
    )

    def __init__(self, root="/sys/fs/cgroup", environ=os.environ):
        self._root = root
        self._environ = environ

    def _read(self, file):
        try:
            with open(os.path.join(self._root, file)) as found:
                return found.read()
        except OSError:
            return ""

    def _number(self, file):
        text = self._read(file).strip()
        # Without a limit one version says "max", the other a number beyond all memory.
        return int(text) if text.isdigit() and int(text) < 2**60 else None

    def limit(self):
        declared = self._environ.get("MEM_LIMIT", "")
        limits = [self._number(limit) for limit, _, _ in self.VERSIONS]
        if declared.isdigit():
            limits.append(int(declared))
        return min((found for found in limits if found), default=None)

    def free(self):
        """What is left under the limit. The cache of files makes room, so it counts as free."""
        for limit_file, usage_file, caches in self.VERSIONS:
            limit, usage = self._number(limit_file), self._number(usage_file)
            if limit is not None and usage is not None:
                stat = os.path.join(os.path.dirname(usage_file), "memory.stat")
                lines = dict(line.split(maxsplit=1) for line in self._read(stat).splitlines() if " " in line)
                return limit - usage + sum(int(lines.get(cache, 0)) for cache in caches)
        return None
