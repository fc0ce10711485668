"""Keeps loaded packs between runs: reading and compiling the rules takes longer than checking a small site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tenken import kept
from tenken.engine import pack
from tenken.engine.pack import Catalog

_KEPT = 8
"""So many entries stay; a user's own packs make one each."""


def load(folders: Sequence[Path]) -> Catalog:
    """As ``pack.load`` without examples. Raises InputError as it does."""
    folder = kept.folder()
    if folder is None:
        return pack.load(folders, examples=False)
    # a folder that is not there, or has no rules, is a mistake and no entry of the other folders: so they are named, too
    file = folder / f"{kept.key((str(Path(each).absolute()) for each in folders), _made_of(folders))}.rules"
    catalog: Catalog | None = kept.read(file, Catalog)
    if catalog is None:
        catalog = pack.load(folders, examples=False)
        kept.write(file, catalog, _KEPT)
    return catalog


def _made_of(folders: Iterable[Path]) -> Iterator[Path]:
    own = Path(__file__).parents[2]
    yield from sorted((own / "engine").rglob("*.py"))
    yield from sorted((own / "model").glob("*.py"))
    for folder in folders:
        yield from sorted(Path(folder).absolute().rglob("*.yaml"))
