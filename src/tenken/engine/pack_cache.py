"""Keeps loaded packs between runs: reading and compiling the rules takes longer than checking a small site.

What is kept is pickled, code objects included, so it is taken only from a folder and a file that nobody but the user can
write to. The key holds all that it was made of: the rules' files and tenken's own, by size and time of change.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tenken.engine import pack
from tenken.engine.pack import Catalog

_KEPT = 8
"""So many entries stay; a user's own packs make one each."""


def load(folders: Sequence[Path]) -> Catalog:
    """As ``pack.load`` without examples. Raises InputError as it does; trouble with the cache is no trouble of the user's."""
    folder = _folder()
    if folder is None:
        return pack.load(folders, examples=False)
    file = folder / f"{_key(folders)}.rules"
    kept = _read(file)
    if kept is not None:
        return kept
    catalog = pack.load(folders, examples=False)
    with contextlib.suppress(OSError, pickle.PicklingError):
        _write(file, catalog)
        _forget_all_but_the_newest(folder)
    return catalog


def _folder() -> Path | None:
    """Where entries lie; None where there is to be no cache (TENKEN_CACHE_DIR is empty) or there can be none."""
    stated = os.environ.get("TENKEN_CACHE_DIR")
    if stated == "":
        return None
    try:
        base = Path(stated) if stated else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tenken"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        return base if _is_private(base) else None
    except (OSError, RuntimeError):
        return None


def _is_private(path: Path) -> bool:
    """Nobody else can write to it."""
    if not hasattr(os, "getuid"):
        return True  # on Windows a profile's folders are the user's own
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _key(folders: Sequence[Path]) -> str:
    digest = hashlib.sha256(str(sys.implementation.cache_tag).encode())
    for folder in folders:  # a folder that is not there, or has no rules, is a mistake and no entry of the other folders
        digest.update(f"{Path(folder).absolute()}\0".encode("utf-8", "surrogateescape"))
    for file in _made_of(folders):
        found = file.stat()
        digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:40]


def _made_of(folders: Iterable[Path]) -> Iterator[Path]:
    own = Path(__file__).parent.parent
    yield from sorted((own / "engine").rglob("*.py"))
    yield from sorted((own / "model").glob("*.py"))
    for folder in folders:
        yield from sorted(Path(folder).absolute().rglob("*.yaml"))


def _read(file: Path) -> Catalog | None:
    try:
        if not _is_private(file):
            return None
        found = pickle.loads(file.read_bytes())
        os.utime(file)
    except Exception:  # an entry that can't be read is no entry
        return None
    return found if isinstance(found, Catalog) else None


def _write(file: Path, catalog: Catalog) -> None:
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
        temporary.write(pickle.dumps(catalog, protocol=5))
    Path(temporary.name).replace(file)


def _forget_all_but_the_newest(folder: Path) -> None:
    entries = sorted(folder.glob("*.rules"), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in entries[_KEPT:]:
        entry.unlink(missing_ok=True)
