"""``tenken check --watch``: the same run again and again while somebody edits, and what each change brought."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tenken.cli.errors import tell

if TYPE_CHECKING:
    from tenken.model.report import Report, Result
    from tenken.settings.resolve import Settings

Seen = dict[str, tuple[int, int, int]]
"""Path → time of change, size and inode: what an editor's way of saving can't leave as it was."""

CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_INTERVAL = 0.4
_SHOWN = 20
_WORDS = {
    "en": {
        "first": "watching {files} files; Ctrl-C ends",
        "changed": "{names} changed: {new} new, {fixed} fixed; watching {files} files, Ctrl-C ends",
        "broken": "{names} changed, and can't be checked; watching {files} files, Ctrl-C ends",
        "new": "new", "fixed": "fixed", "more": "… and {count} more",
    },
    "ja": {
        "first": "{files} 個のファイルを監視中。Ctrl-C で終了します",
        "changed": "{names} が変更されました: 新規 {new} 件、解消 {fixed} 件。{files} 個のファイルを監視中（Ctrl-C で終了）",
        "broken": "{names} が変更されましたが、点検できません。{files} 個のファイルを監視中（Ctrl-C で終了）",
        "new": "新規", "fixed": "解消", "more": "…ほか {count} 件",
    },
}  # fmt: skip


def watch(
    once: Callable[[], Report],
    settings: Callable[[], Settings],
    *,
    ignored: Sequence[Path] = (),
    template: Path | None = None,
    rounds: Callable[[Callable[[], Seen]], Iterator[tuple[list[str], int]]] | None = None,
) -> int:
    """Run at once and after every change, until Ctrl-C; the exit code is that of the last run.

    ignored: the reports that the runs themselves write; rounds: gives for each round which files changed, and how many are
    watched; by default it looks at them every 0.4 s.
    """
    from tenken.document.problem import InputError
    from tenken.settings import NothingMatched

    gc.enable()  # runs follow each other for hours
    left_out = {os.path.abspath(path) for path in ignored}
    followed: list[Path] = [template] if template is not None else []
    language = "en"

    def look() -> Seen:
        nonlocal language
        try:
            chosen = settings()
            language = chosen.language.value
            followed[:] = [*([template] if template is not None else []), *watched(chosen)]
        except (InputError, NothingMatched):
            pass  # the run tells; until it is mended, what was followed before is
        return {path: mark for path, mark in seen(followed).items() if path not in left_out}

    before: Report | None = None
    code = 0
    try:
        for changed, files in (rounds or _rounds)(look):
            if sys.stdout.isatty():
                sys.stdout.write(CLEAR)
            try:
                report = once()
                code = report.summary.exit_code
            except typer.Exit as stop:
                report, code = None, stop.exit_code
            sys.stdout.flush()
            _tell(before, report, changed, files, language)
            before = report or before
    except KeyboardInterrupt:
        tell("")
    return code


def watched(settings: Settings) -> list[Path]:
    """All that a run depends on: inputs, packs, configuration, lock, waivers and baseline. Missing ones may yet come."""
    from tenken.document.problem import InputError
    from tenken.settings import NothingMatched

    paths = [setting.value.folder for setting in settings.packs]
    with contextlib.suppress(InputError, NothingMatched):
        paths += [setting.value for setting in settings.found_inputs()]
    if settings.file is not None:
        paths.append(settings.file.path)
        paths += [settings.file.folder / text for text in settings.file.config.inputs or ()]
    paths += [settings.lock, *(path for path in (settings.waivers.value, settings.baseline.value) if path is not None)]
    return paths


def seen(paths: Iterable[Path]) -> Seen:
    """The files at paths and below them, each with its mark."""
    found: Seen = {}
    waiting = [os.path.abspath(path) for path in paths]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in (".git", ".terraform", "node_modules", "__pycache__"):
                            waiting.append(entry.path)
                    elif entry.is_file():
                        found[entry.path] = _mark(entry.stat())
        except NotADirectoryError:
            try:
                found[path] = _mark(os.stat(path))
            except OSError:
                continue
        except OSError:
            continue
    return found


def _mark(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def changes(before: Seen, now: Seen) -> list[str]:
    """The files that came, went or changed."""
    return sorted(path for path in {*before, *now} if before.get(path) != now.get(path))


def _rounds(look: Callable[[], Seen]) -> Iterator[tuple[list[str], int]]:
    """A first round, and one after each change that has come to rest: an editor may write a file in several steps."""
    last = look()
    yield [], len(last)
    while True:
        begin = time.monotonic()
        now = look()
        changed = changes(last, now)
        if changed:
            while True:
                time.sleep(_INTERVAL / 4)
                settled = look()
                if not changes(now, settled):
                    break
                now = settled
            changed, last = changes(last, now), now
            yield changed, len(now)
        time.sleep(max(_INTERVAL, 4 * (time.monotonic() - begin)))  # a large folder must not keep a processor busy


def _tell(before: Report | None, report: Report | None, changed: list[str], files: int, language: str) -> None:
    words = _WORDS[language]
    names = ", ".join(os.path.relpath(path) for path in changed[:3]) + (" …" if len(changed) > 3 else "")
    if not changed:
        tell(words["first"].format(files=files))
    elif report is None:
        tell(words["broken"].format(names=names, files=files))
    elif before is not None:
        new, fixed = difference(before, report)
        tell(words["changed"].format(names=names, new=len(new), fixed=len(fixed), files=files))
        for word, results in (("new", new), ("fixed", fixed)):
            for result in results[:_SHOWN]:
                message = result.message.text(language)
                tell(f"  {words[word]}  {result.rule}  {message}".replace("\n", " "))
            if len(results) > _SHOWN:
                tell("  " + words["more"].format(count=len(results) - _SHOWN))
    else:
        tell(words["first"].format(files=files))


def difference(before: Report, after: Report) -> tuple[list[Result], list[Result]]:
    """The findings that are new, and those that are gone; by fingerprint, so that a line that moved changes nothing."""

    def findings(report: Report) -> dict[str, Result]:
        return {result.fingerprint: result for result in report.results if result.outcome not in ("pass", "not_applicable")}

    old, new = findings(before), findings(after)
    return [new[key] for key in new if key not in old], [old[key] for key in old if key not in new]
