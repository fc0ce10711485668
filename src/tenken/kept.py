"""What is slow to make and the same in every run, kept in the user's cache folder between runs.

What is kept is pickled, code objects included, so it is taken only from a folder and a file that nobody but the user can
write to. Trouble with the cache is no trouble of the user's: what can't be kept is made anew. ``TENKEN_CACHE_DIR`` names
another folder; empty, it turns keeping off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def key(words: Iterable[str], files: Iterable[Path]) -> str:
    """What an entry is found by: all that it was made of. Files count by path, size and time of change."""
    digest = hashlib.sha256(str(sys.implementation.cache_tag).encode())
    for word in words:
        digest.update(f"{word}\0".encode("utf-8", "surrogateescape"))
    for file in files:
        found = file.stat()
        digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:40]


def folder() -> Path | None:
    """Where entries lie; None where nothing is to be kept, or there can be no private folder."""
    stated = os.environ.get("TENKEN_CACHE_DIR")
    if stated == "":
        return None
    try:
        base = Path(stated) if stated else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tenken"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        return base if _is_private(base) else None
    except (OSError, RuntimeError):
        return None


def read(file: Path, kind: type) -> Any:
    """The entry in a file; None where there is none that can be trusted and is of that class."""
    try:
        if not _is_private(file):
            return None
        found = pickle.loads(file.read_bytes())
        os.utime(file)
    except Exception:  # an entry that can't be read is no entry
        return None
    return found if isinstance(found, kind) else None


def write(file: Path, entry: Any, at_most: int) -> None:
    """Keep an entry. Of those with the same suffix the newest ``at_most`` stay."""
    with contextlib.suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
            temporary.write(pickle.dumps(entry, protocol=5))
        Path(temporary.name).replace(file)
        entries = sorted(file.parent.glob(f"*{file.suffix}"), key=lambda entry: entry.stat().st_mtime, reverse=True)
        for old in entries[at_most:]:
            old.unlink(missing_ok=True)


def _is_private(path: Path) -> bool:
    """Nobody else can write to it."""
    if not hasattr(os, "getuid"):
        return True  # on Windows a profile's folders are the user's own
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
