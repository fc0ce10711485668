"""``tenken.lock``: which packs are in force, to the byte. Checked without a network, and before anything is judged by them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tenken import resources
from tenken.document.json_text import JsonText
from tenken.document.place import Place, dotted
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.document.wording import of_validator, required
from tenken.engine.pack import Pack
from tenken.engine.pack.seal import PREFIX, seal
from tenken.model.config import Digest

NAME = "tenken.lock"
_WRITE = Said(
    "tenken rules lock writes it anew, once somebody has looked at the change",
    "変更内容を確認した上で、tenken rules lock で作成し直してください",
)


@dataclass(frozen=True, slots=True)
class Pin:
    """A pack of a user's, and what somebody said that it must be; None for what nobody said."""

    folder: Path
    id: str | None = None
    edition: str | None = None
    digest: str | None = None
    place: Place | None = None


class LockModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class LockedPack(LockModel):
    """One pack. ``path`` is seen from the folder of the lock; a pack that came with tenken has none."""

    id: str
    edition: str
    path: Annotated[str, StringConstraints(min_length=1)] | None = None
    digest: Digest
    files: dict[str, Digest]


class Lock(LockModel):
    tenken_lock: Literal["1"] = Field(description="Version of this format")
    packs: list[LockedPack]


@dataclass(frozen=True, slots=True)
class LockFile:
    """A lock that was read, and where."""

    path: Path
    lock: Lock
    document: JsonText


def write(packs: Sequence[Pack], path: Path) -> str:
    """The text of a lock at that path for these packs."""
    locked = []
    for pack in packs:
        sealed = seal(Path(pack.path))
        locked.append(
            LockedPack(
                id=pack.info.id,
                edition=pack.info.edition,
                path=_path_from(path, pack),
                digest=sealed.digest,
                files=sealed.files,
            ).model_dump(exclude_none=True)
        )
    return json.dumps({"tenken_lock": 1, "packs": locked}, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> LockFile:
    """The lock at a path. Raises InputError with all its mistakes."""
    name = str(path)
    if not path.is_file():
        raise InputError(
            [
                Problem(
                    Said("there is no lock", "ロックファイルが見つかりません"),
                    Place(name),
                    Said("tenken rules lock writes one", "tenken rules lock で作成できます"),
                )
            ]
        )
    document = JsonText(decode(read_bytes(path, name), name), name)
    try:
        lock = Lock.model_validate(document.tree)
    except ValidationError as failure:
        raise InputError(
            Problem(_wrong(dotted(error["loc"]), error), document.locate(error["loc"]), _WRITE)
            for error in failure.errors(include_url=False)
        ) from None
    return LockFile(path, lock, document)


def _wrong(name: str, error: Mapping[str, Any]) -> Said:
    if error["type"] == "missing":
        return required(name)
    said = of_validator(error)
    return Said(f"{name or 'the lock'}: {said.en}", f"{name or 'ロックファイル'}: {said.ja}")


def broken_pins(pins: Sequence[Pin], packs: Sequence[Pack]) -> list[Problem]:
    """Where packs are not what was said that they must be."""
    by_folder = {os.path.realpath(pack.path): pack for pack in packs}
    problems = []
    for pin in pins:
        pack = by_folder.get(os.path.realpath(pin.folder))
        if pack is None:
            continue
        for what, wanted, found, hint in (
            ("id", pin.id, pack.info.id, None),
            ("edition", pin.edition, pack.info.edition, None),
            (
                "digest",
                pin.digest,
                PREFIX + pack.digest,
                Said(
                    "look at what changed; then state the new digest",
                    "変更内容を確認した上で、新しい digest を記述してください",
                ),
            ),
        ):
            if wanted is not None and wanted != found:
                problems.append(
                    Problem(
                        Said(
                            f"the pack {pin.folder} must have the {what} {wanted}, but has {found}",
                            f"ルールパック {pin.folder} の {what} は {wanted} のはずですが、{found} です",
                        ),
                        pin.place,
                        hint,
                    )
                )
    return problems


def mismatches(found: LockFile, packs: Sequence[Pack]) -> list[Problem]:
    """Where the packs in force are not those of the lock: each file that changed, was added or is gone."""
    problems: list[Problem] = []
    locked = {_key(found.path, entry): (position, entry) for position, entry in enumerate(found.lock.packs)}
    for pack in packs:
        position, entry = locked.pop(_key_of(pack), (0, None))
        if entry is None:
            said = Said(
                f"the pack {pack.info.id} is not in {found.path}", f"ルールパック {pack.info.id} が {found.path} にありません"
            )
            problems.append(Problem(said, Place(pack.path), _WRITE))
            continue
        if PREFIX + pack.digest != entry.digest:
            problems += _changed(pack, entry) or [
                Problem(
                    Said(
                        f"the pack {pack.info.id} is not the one that is locked",
                        f"ルールパック {pack.info.id} がロックされたものと異なります",
                    ),
                    Place(pack.path),
                    _WRITE,
                )
            ]
        if (pack.info.id, pack.info.edition) != (entry.id, entry.edition):
            locked_one, in_force = f"{entry.id} {entry.edition}", f"{pack.info.id} {pack.info.edition}"
            said = Said(
                f"{locked_one} is locked, {in_force} is in force",
                f"ロックされているのは {locked_one}、使用中は {in_force} です",
            )
            problems.append(Problem(said, found.document.locate(("packs", position)), _WRITE))
    for position, entry in locked.values():
        said = Said(
            f"the pack {entry.id} is locked but not in force",
            f"ルールパック {entry.id} はロックされていますが、使用されていません",
        )
        hint = Said("name its folder under packs, or --rules", "packs または --rules でフォルダを指定してください")
        problems.append(Problem(said, found.document.locate(("packs", position)), hint))
    return problems


_ADDED, _GONE, _CHANGED = Said("was added", "追加"), Said("is gone", "削除"), Said("has changed", "変更")


def _changed(pack: Pack, entry: LockedPack) -> list[Problem]:
    folder = Path(pack.path)
    now = seal(folder).files
    problems = []
    for name in sorted({*now, *entry.files}):
        if now.get(name) != entry.files.get(name):
            what = _ADDED if name not in entry.files else _GONE if name not in now else _CHANGED
            said = Said(
                f"{what.en} since the pack {entry.id} was locked", f"ルールパック {entry.id} のロック後に{what.ja}されています"
            )
            problems.append(Problem(said, Place(str(folder / name)), _WRITE))
    return problems


def is_built_in(pack: Pack) -> bool:
    """Whether a pack came with tenken."""
    return Path(pack.path) in resources.BUILTIN_PACKS


def _path_from(lock: Path, pack: Pack) -> str | None:
    if is_built_in(pack):
        return None
    return Path(os.path.relpath(pack.path, lock.absolute().parent)).as_posix()


def _key_of(pack: Pack) -> str:
    return f"built-in {pack.info.id}" if is_built_in(pack) else os.path.realpath(pack.path)


def _key(lock: Path, entry: LockedPack) -> str:
    if entry.path is None:
        return f"built-in {entry.id}"
    return os.path.realpath(lock.absolute().parent / entry.path)
