"""Files of the hub's volume that are there whole, or as they were before."""

import os
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Writes a draft and renames it, so that nobody ever reads half of it. For the hub alone. @raises OSError"""
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(file)
