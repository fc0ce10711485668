"""The inputs of a run, one masked file each: what a source said before anything was merged, in the native form.

A file states its source and the lists that it tells in part, so that whoever reads it believes it just as far, and finds the
same disagreements. Its name tells its kind and nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tenken.bundle.masking import Masking
from tenken.sources import registry
from tenken.sources.base import Document
from tenken.sources.joining.precedence import source_of
from tenken.sources.native import writer as native_writer
from tenken.sources.said import Notice

FOLDER = "inputs"
_MOST_WARNINGS = 500


@dataclass(slots=True)
class Input:
    """One input under pseudonyms."""

    file: str
    """Its path in the archive: ``inputs/01-rvtools.yaml``."""
    content: str
    tree: dict[str, Any]
    document: Document
    about: dict[str, Any]
    """What is told of the original: kind, size, lists, warnings of its reader."""


def read(paths: Sequence[Path]) -> list[Document]:
    """The documents of the paths as their readers give them, joined where they say something only together, by name."""
    documents = registry.read(paths)
    for join in dict.fromkeys(document.join for document in documents if document.join is not None):
        join(documents)
    return sorted(documents, key=lambda document: document.name)


def masked(documents: Sequence[Document], masking: Masking) -> list[Input]:
    """One file for each document. Their order is that of the names: among equals, merging goes by it."""
    width = max(2, len(str(len(documents))))
    found = []
    for number, document in enumerate(documents, 1):
        source = source_of(document)
        kind = source if source == "native" else masking.source(source)
        head: dict[str, Any] = {} if source == "native" else {"source": kind}
        if document.partial:
            head["partial"] = masking.mask({"partial": sorted(document.partial)})["partial"]
        rest = {key: value for key, value in document.tree.items() if key not in ("tenken", "source", "partial")}
        tree = {**head, **masking.mask(rest)}
        content = native_writer.write(tree, [f"Input {number:0{width}}, under pseudonyms: {kind}"])
        file = f"{FOLDER}/{number:0{width}}-{kind}.yaml"
        found.append(Input(file, content, tree, document, _about(document, file, tree, kind)))
    for one in found:  # names of all inputs are known by now, and warnings quote them
        one.about["format"] = masking.pseudonyms.prose(one.document.format, own_words())
        if one.document.read_as is not None:
            one.about["read_as"] = masking.pseudonyms.prose(one.document.read_as, own_words())
        one.about["warnings"] = [_warning(told, masking) for told in one.document.warnings[:_MOST_WARNINGS]]
        one.about["warnings_in_all"] = len(one.document.warnings)
    return found


def _about(document: Document, file: str, tree: dict[str, Any], kind: str) -> dict[str, Any]:
    lists = {key: len(value) for key, value in tree.items() if isinstance(value, list) and key != "partial"}
    size, _ = size_and_digest(Path(document.name))
    return {"file": file, "kind": kind, "bytes": size, "lists": lists}


def size_and_digest(path: Path) -> tuple[int | None, str | None]:
    """Bytes and SHA-256 of a file, or of all files below a folder in the order of their names; None where nothing is there."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else []
    digest, size = hashlib.sha256(), 0
    for file in files:
        with file.open("rb") as opened:
            while chunk := opened.read(2**20):
                digest.update(chunk)
                size += len(chunk)
    return (size, digest.hexdigest()) if files else (None, None)


def _warning(notice: Notice, masking: Masking) -> dict[str, Any]:
    """A warning of a reader: its own words, and pseudonyms for all that it quotes."""
    prose = masking.pseudonyms.prose
    told: dict[str, Any] = {"message": prose(notice.said.en, own_words())}
    if notice.hint:
        told["hint"] = prose(notice.hint.en, own_words())
    if notice.place is not None:
        place = {"line": notice.place.line, "column": notice.place.column, "cell": notice.place.cell}
        told.update({key: value for key, value in place.items() if value})
        if notice.place.sheet:
            told["sheet"] = prose(notice.place.sheet, own_words())
    return told


@cache
def own_words() -> frozenset[str]:
    """The words that tenken's readers write themselves, in lower case: those of the texts in their code.

    Messages are made of such texts and of what they quote, so that whatever is none of these words comes from an input. Those told
    here are the English ones: a name in Japanese is never taken for a word of ours.
    """
    import tenken.sources

    words: set[str] = set()
    for file in sorted(Path(tenken.sources.__path__[0]).rglob("*.py")):
        code = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        explaining = {id(node.value) for node in code if isinstance(node, ast.Expr)}
        for node in code:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
                words.update(word.strip(".").casefold() for word in re.findall(r"[\w.]+", node.value) if word.isascii())
    return frozenset(words)
