"""No sentence is made without its Japanese: what a type checker can't see is seen in the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "tenken"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SENTENCE = re.compile(r"\b[a-z]{2,} [a-z']{2,} [a-z']{2,}")
COMMANDS = re.compile(r"'[^']*'|(?:tenken|terraform|esxcli|clioutmsg|iSMview)(?: [a-z-]+)+")
TREES = {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")}

ENGLISH_ONLY = {"cli/terminal.py", "cli/collect.py", "cli/start.py", "cli/errors.py"}
"""What writes to standard error itself: what tells, the progress of a run on a terminal, and the last words of the process."""


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or class of that name, with where it stands."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) == name:
                yield f"{path}:{node.lineno}", node


def written(text: ast.expr) -> str | None:
    """What is written of a text in the code, with a gap for each value; None for one that is made elsewhere."""
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return text.value
    if isinstance(text, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in text.values)
    return None


def test_every_sentence_has_its_japanese() -> None:
    found = 0
    for place, call in calls("Said"):
        pairs = [written(argument) for argument in call.args]
        if len(pairs) != 2 or None in pairs:
            continue
        english, japanese = pairs
        assert not JAPANESE.search(english or ""), place
        if re.search(r"[a-z]{2,} [a-z]{2,}", english or ""):
            assert JAPANESE.search(japanese or ""), f"{place}: {japanese}"
        assert not SENTENCE.search(COMMANDS.sub("", japanese or "")), f"{place}: {japanese}"
        assert not (japanese or "").endswith("。") or (english or "").endswith((".", "? ")), f"{place}: {japanese}"
        found += 1
    assert found > 400


def test_no_mistake_is_made_of_one_language() -> None:
    """A text of code where a sentence in both languages belongs; mypy says so, too."""
    for name in (
        "Problem",
        "usage",
        "complain",
        "CelError",
        "SaidError",
        "WrongValue",
        "WrongAnswer",
        "NoRunbook",
        "CannotCollect",
    ):
        for place, call in calls(name):
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                assert written(argument) is None, f"{place}: {written(argument)}"


def test_what_is_the_same_in_both_languages_is_no_sentence() -> None:
    for place, call in calls("alike"):
        text = written(call.args[0])
        assert text is None or not SENTENCE.search(COMMANDS.sub("", text)), f"{place}: {text}"


def test_validators_speak_both_languages() -> None:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if path.startswith("model/") and isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                assert getattr(node.exc.func, "id", "") not in ("ValueError", "AssertionError"), f"{path}:{node.lineno}"


def test_nothing_else_is_told_beside_the_output() -> None:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or path in ENGLISH_ONLY:
                continue
            assert not any(keyword.arg == "err" for keyword in node.keywords), f"{path}:{node.lineno}"
            assert "stderr.write" not in ast.unparse(node.func), f"{path}:{node.lineno}"
