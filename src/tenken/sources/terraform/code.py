"""Where a resource stands in the ``.tf`` files beside a plan.

The files are looked at only when somebody asks for a place, and read by tree-sitter, which copes with files that are not
quite right: what it does not understand has no line, and that is all. Of an expression nothing is evaluated.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenken.document.text import MAX_DEPTH
from tenken.sources.terraform.resources import Resource

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_FILE_BYTES = 2 * 2**20
MAX_FILES = 2000
MAX_BYTES = 32 * 2**20
"""Of one folder tree; what is beyond has no line."""

_MODULES_FILE = Path(".terraform", "modules", "modules.json")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a ``.tf`` file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(slots=True)
class Block:
    """A block: its place, and those of what it states."""

    spot: Spot
    dynamic: bool = False
    attributes: dict[str, Spot] = field(default_factory=dict)
    literals: dict[str, str] = field(default_factory=dict)
    """Attributes that are literal texts, numbers or words."""
    blocks: list[tuple[str, Block]] = field(default_factory=list)


@dataclass(slots=True)
class _Module:
    """The files of one folder."""

    resources: dict[str, Block] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """Module call → its source."""


def can_read() -> bool:
    """Whether the extra is installed."""
    return find_spec("tree_sitter") is not None and find_spec("tree_sitter_hcl") is not None


class SourceCode:
    """The ``.tf`` files of a root module and of the modules that it calls."""

    def __init__(self, folder: Path, shown: str) -> None:
        """folder: where the root module lies; shown: the same as reports are to call it, empty for the working directory."""
        self._folder, self._shown = folder, shown
        self._modules: dict[tuple[str, ...], _Module] = {}
        self._parser: Parser | None = None
        self._listed: dict[str, str] | None = None
        self._files = self._bytes = 0

    def there(self) -> bool:
        """Whether there are any such files."""
        return any(self._folder.glob("*.tf"))

    def attribute(self, resource: Resource, attribute: str | None) -> Spot | None:
        """The line of an attribute or block, or where it is not stated, of the resource."""
        block = self._block(resource)
        if block is None:
            return None
        stated = block.attributes.get(attribute or "")
        inner = next((found.spot for name, found in block.blocks if name == attribute), None)
        return stated or inner or block.spot

    def disk(self, resource: Resource, position: int, label: str, key: tuple[str, int] | None, count: int) -> Spot | None:
        """The line of a disk block: by its label, by its unit, by its position; else the resource.

        key: kind of controller and unit number; count: how many disks the resource has.
        """
        block = self._block(resource)
        if block is None:
            return None
        blocks = [inner for name, inner in block.blocks if name == "disk"]
        found = [inner for inner in blocks if inner.literals.get("label") == label]
        if not found:
            rest = [inner for inner in blocks if "label" not in inner.literals]
            found = [inner for inner in rest if not inner.dynamic and key is not None and _key_of(inner) == key] or rest
            if len(found) > 1 and len(blocks) == count and not any(inner.dynamic for inner in blocks):
                found = blocks[position : position + 1]
        return found[0].spot if len(found) == 1 else block.spot

    # --- modules -----------------------------------------------------------------------------------------------------

    def _block(self, resource: Resource) -> Block | None:
        module = self._module(resource.calls)
        return module.resources.get(resource.base) if module else None

    def _module(self, calls: tuple[str, ...]) -> _Module | None:
        if len(calls) > MAX_DEPTH:
            return None
        if calls not in self._modules:
            folder = self._folder_of(calls)
            self._modules[calls] = self._read(folder) if folder is not None else _Module()
        return self._modules[calls]

    def _folder_of(self, calls: tuple[str, ...]) -> str | None:
        """The folder of a module, relative to the root module: local sources, else what ``terraform init`` wrote down."""
        if not calls:
            return ""
        parent = self._folder_of(calls[:-1])
        module = self._module(calls[:-1])
        source = module.sources.get(calls[-1], "") if module else ""
        if parent is not None and source.startswith(("./", "../")):
            return os.path.normpath(os.path.join(parent, source))
        return self._installed().get(".".join(calls))

    def _installed(self) -> dict[str, str]:
        if self._listed is None:
            self._listed = {}
            try:
                file = self._folder / _MODULES_FILE
                entries = json.loads(file.read_bytes()).get("Modules", []) if file.stat().st_size < MAX_FILE_BYTES else []
                for entry in entries:
                    if isinstance(entry, dict) and isinstance(entry.get("Key"), str) and isinstance(entry.get("Dir"), str):
                        self._listed[entry["Key"]] = os.path.normpath(entry["Dir"])
            except (OSError, ValueError, AttributeError, TypeError, RecursionError):
                self._listed = {}
        return self._listed

    # --- files -------------------------------------------------------------------------------------------------------

    def _read(self, folder: str) -> _Module:
        module = _Module()
        try:
            files = sorted((self._folder / folder).glob("*.tf"))
        except (OSError, ValueError):
            return module
        for file in files:
            data = self._take(file)
            root = self._parse(data) if data is not None else None
            if data is not None and root is not None:
                shown = os.path.normpath(os.path.join(self._shown, folder, file.name)).replace(os.sep, "/")
                _collect(root, data.split(b"\n"), shown, module)
        return module

    def _take(self, file: Path) -> bytes | None:
        try:
            size = file.stat().st_size if file.is_file() else MAX_BYTES
            if size > MAX_FILE_BYTES or self._files >= MAX_FILES or self._bytes + size > MAX_BYTES:
                return None
            self._files += 1
            self._bytes += size
            return file.read_bytes()
        except OSError:
            return None

    def _parse(self, data: bytes) -> Node | None:
        """The syntax tree; None where tree-sitter is installed and does not work, as with a grammar of another version."""
        if self._parser is None:
            try:
                import tree_sitter
                import tree_sitter_hcl

                self._parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
            except (ImportError, ValueError, TypeError, AttributeError):
                return None
        return self._parser.parse(data).root_node


def _key_of(block: Block) -> tuple[str, int] | None:
    """Kind of controller and unit number of a disk block that states both, or leaves them at their defaults, as literals."""
    kind = block.literals.get("controller_type", "scsi" if "controller_type" not in block.attributes else "")
    unit = block.literals.get("unit_number", "0" if "unit_number" not in block.attributes else "")
    return (kind, int(unit)) if kind and unit.isascii() and unit.isdigit() and len(unit) < 5 else None


def _collect(root: Node, lines: list[bytes], file: str, module: _Module) -> None:
    """Enter the blocks of a file that are of interest."""
    for body in root.named_children:
        for node in body.named_children if body.type == "body" else ():
            if node.type != "block":
                continue
            kind, labels = _header(node)
            if kind in ("resource", "data") and len(labels) == 2 and labels[0].startswith("vsphere_"):
                address = ".".join(labels if kind == "resource" else ["data", *labels])
                module.resources.setdefault(address, _block(node, lines, file))
            elif kind == "module" and len(labels) == 1:
                source = _block(node, lines, file).literals.get("source")
                if source is not None:
                    module.sources.setdefault(labels[0], source)


def _header(node: Node) -> tuple[str, list[str]]:
    """``resource "a" "b" {`` → resource, [a, b]."""
    words = [child for child in node.named_children if child.type in ("identifier", "string_lit")]
    texts = [_text(child).strip('"') for child in words]
    return (texts[0], texts[1:]) if texts else ("", [])


def _block(node: Node, lines: list[bytes], file: str, depth: int = 0) -> Block:
    block = Block(_spot(node, lines, file))
    body = next((child for child in node.named_children if child.type == "body"), None)
    for child in body.named_children if body is not None else ():
        if child.type == "attribute" and child.named_children:
            name = _text(child.named_children[0])
            block.attributes[name] = _spot(child, lines, file)
            literal = _literal(child)
            if literal is not None:
                block.literals[name] = literal
        elif child.type == "block" and depth < 1:
            kind, labels = _header(child)
            inner = _block(child, lines, file, depth + 1)
            inner.dynamic = kind == "dynamic"
            block.blocks.append((labels[0] if inner.dynamic and labels else kind, inner))
    return block


def _literal(attribute: Node) -> str | None:
    """The value of ``label = "disk0"`` or ``unit_number = 1``; None for what has to be evaluated."""
    node: Any = attribute.named_children[-1]
    while node.type in ("expression", "literal_value") and len(node.named_children) == 1:
        node = node.named_children[0]
    if node.type == "string_lit":
        text = _text(node)
        return text[1:-1] if "\\" not in text else None
    return _text(node) if node.type in ("numeric_lit", "bool_lit") else None


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _spot(node: Node, lines: list[bytes], file: str) -> Spot:
    row, column = node.start_point
    before = lines[row][:column].decode("utf-8", "replace") if row < len(lines) else ""
    return Spot(file, row + 1, len(before) + 1)
