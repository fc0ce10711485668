"""What lies in a folder and is read by no source, though somebody probably meant it: never passed over in silence.

In a folder, what nobody understands is no concern of ours. A file that may not be looked at and a workbook that breaks off are
mistakes: either may hold an inventory, and a run without it would be a green run of a part of the site. YAML that speaks
of VMs without the line ``tenken: 1`` may be anything; it is named.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Container, Iterator
from pathlib import Path

from tenken.document.json_text import outermost_keys
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.wording import unreadable
from tenken.sources.folders import files_below, walk
from tenken.sources.native import source as native
from tenken.sources.said import Notice

_WORKBOOKS = (".xlsx", ".xlsm")
_ZIP_MAGIC = b"PK\x03\x04"
_TELLING = ("vms", "datastores", "arrays", "vcenters", "hosts")
"""Keys of an inventory that files for other purposes hardly have at their top level."""

_AT_THE_MARGIN = re.compile(rf"""(?m)^["']?({"|".join(_TELLING)})["']?[ \t]*:""")
_READABLE = Said(
    "make it readable, or name the files that count instead of the folder",
    "読み取りを許可するか、フォルダの代わりに対象のファイルを指定してください",
)
_IF_IT_IS_ONE = Said("add the line tenken: 1 if it is one", "インベントリであれば、tenken: 1 の行を追加してください")


def closed(folder: Path) -> Iterator[Problem]:
    """Files and folders below a folder that may not be read, and workbooks that can't be: any of them may hold an inventory."""
    denied = unreadable(PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    for current, files in walk(folder):
        if not os.access(current, os.R_OK | os.X_OK):
            yield Problem(denied, Place(str(current)), _READABLE)
            continue
        for path in files:
            if not os.access(path, os.R_OK):
                yield Problem(denied, Place(str(path)), _READABLE)
            elif path.suffix.lower() in _WORKBOOKS and (broken := damaged(path)) is not None:
                yield broken


def overlooked(folder: Path, read: Container[str]) -> Iterator[Notice]:
    """Files below a folder that look like inventories and are none; ``read``: the real paths of what was read."""
    for file in files_below(folder):
        if file.suffix.lower() in native.SUFFIXES and os.path.realpath(file) not in read:
            notice = _without_version(file)
            if notice is not None:
                yield notice


def damaged(file: Path) -> Problem | None:
    """What is wrong with a file that begins as a workbook does and can't be opened as one."""
    from tenken.sources.workbook.sheets import sheet_names

    try:
        with file.open("rb") as opened:
            if opened.read(len(_ZIP_MAGIC)) != _ZIP_MAGIC:
                return None
        sheet_names(file)
    except InputError as error:
        first = error.problems[0]
        again = Said("copy or export it again", "コピーまたはエクスポートし直してください")
        return Problem(first.said, first.place, first.hint or again)
    except OSError:
        return None
    return None


def _without_version(file: Path) -> Notice | None:
    """YAML or JSON that has what an inventory has, but does not say that it is one."""
    try:
        with file.open("rb") as opened:
            head = opened.read(native.HEAD).decode("utf-8", errors="replace").lstrip("\ufeff")
    except OSError:
        return None
    if native.is_for_another_purpose(head):
        return None
    keys = outermost_keys(head) if head.lstrip().startswith("{") else set(_AT_THE_MARGIN.findall(head))
    has = ", ".join(key for key in sorted(_TELLING) if key in keys)
    if not has or native.recognises(file):
        return None
    said = Said(f"is no inventory, though it has {has}", f"{has} はありますが、インベントリとして扱われません")
    return Notice(said, Place(str(file)), _IF_IT_IS_ONE)
