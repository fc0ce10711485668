"""The inputs that a configuration file names: paths and patterns, and what they stand for now."""

from __future__ import annotations

import glob
from difflib import get_close_matches
from pathlib import Path

from tenken.document.problem import InputError, Problem, perhaps
from tenken.document.said import Said
from tenken.settings import NothingMatched
from tenken.settings.file import ConfigFile
from tenken.settings.origin import Origin, Setting, of_file
from tenken.settings.shown import shown

_PATTERN = frozenset("*?[")


def expand(file: ConfigFile) -> list[Setting[Path]]:
    """Every path that an input stands for, as seen from the working folder.

    Raises InputError where one of several stands for nothing, NothingMatched where all do.
    """
    found: dict[Path, Setting[Path]] = {}
    problems: list[Problem] = []
    stated = file.config.inputs or []
    for position, text in enumerate(stated):
        origin = of_file(file, "inputs", position)
        matches = _matches(file.folder, text)
        if not matches:
            problems.append(_missing(file.folder, text, origin))
        for path in matches:
            found.setdefault(path, Setting("inputs", Path(shown(path)), origin))
    if problems and len(problems) == len(stated):
        raise NothingMatched(problems)
    if problems:
        raise InputError(problems)
    return list(found.values())


def _matches(folder: Path, text: str) -> list[Path]:
    """What a path or a pattern stands for. A name that exists is no pattern, whatever characters it has."""
    if (folder / text).exists():
        return [folder / text]
    if not _PATTERN & set(text):
        return []
    return [folder / match for match in sorted(glob.glob(text, root_dir=folder, recursive=True))]


def _missing(folder: Path, text: str, origin: Origin) -> Problem:
    if _PATTERN & set(text):
        said = Said(f"the input {text!r} matches nothing", f"入力 {text!r} に一致するものがありません")
        return Problem(said, origin.place, Said(f"patterns are seen from {shown(folder)}", f"パターンの起点: {shown(folder)}"))
    parent = (folder / text).parent
    near = get_close_matches(Path(text).name, [entry.name for entry in parent.iterdir()], n=1) if parent.is_dir() else []
    from_here = Said(f"paths are seen from {shown(folder)}", f"パスの起点: {shown(folder)}")
    hint = perhaps(repr(Path(text).with_name(near[0]).as_posix())) if near else from_here
    said = Said(
        f"the input {text!r}: there is no such file or folder", f"入力 {text!r} のファイルまたはフォルダが見つかりません"
    )
    return Problem(said, origin.place, hint)
