"""Where something stands in an input: a line, a cell or a pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Route = tuple[str | int, ...]
"""The way into a document: keys and indexes from its root, as in ``("vms", 17, "guest", "tools")``."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one source. Lines and columns count from 1; whatever a source does not have is None."""

    source: str
    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.source}:{self.line}:{self.column or 1}"
        if self.sheet is not None:
            return f"{self.source}[{self.sheet}!{self.cell}]" if self.cell else f"{self.source}[{self.sheet}]"
        return f"{self.source}{'#' + self.pointer if self.pointer else ''}"


def pointer(route: Route) -> str:
    """The route as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in route)


def dotted(route: Route) -> str:
    """The route as a person writes it: ``vms[17].guest.tools``."""
    text = ""
    for step in route:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def step_into(tree: Any, step: str | int) -> tuple[bool, Any]:
    """Whether a tree of mappings and lists has something under a step, and what."""
    if isinstance(tree, dict):
        return step in tree, tree.get(step)
    if isinstance(tree, list) and isinstance(step, int) and step < len(tree):
        return True, tree[step]
    return False, None
