"""What the commands do with files and with the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tenken.cli.errors import usage
from tenken.document.said import Said
from tenken.document.wording import of_system

STANDARD_OUTPUT = Path("-")
"""How a command line names it among files."""


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, where a link leads. A pipe or a device stays what it is, and is written into."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    if path == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        usage(unwritable(path, error))


def deliver(content: str | bytes, path: Path | None) -> None:
    """Write what a command made to its file, else to standard output."""
    write(STANDARD_OUTPUT if path is None else path, content)


def _replace(path: Path, data: bytes) -> None:
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.close()
            temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_withheld())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def _withheld() -> int:
    """The permissions that new files are not given (umask); the system tells only while it is being set."""
    withheld = os.umask(0o077)
    os.umask(withheld)
    return withheld


def spare(outputs: Iterable[Path | None], inputs: Iterable[str]) -> None:
    """Ends the command before anything is written if a file that was read would be written over."""
    read = {os.path.realpath(name) for name in inputs}
    for path in outputs:
        if path is not None and os.path.realpath(path) in read:
            usage(
                Said(f"{path} is one of the inputs", f"{path} は入力ファイルです"),
                Said("choose another name; nothing was written", "別の名前を指定してください。書き込みは行っていません"),
            )


def unwritable(path: Path, error: OSError) -> Said:
    reason = of_system(error)
    return Said(f"{path} can't be written: {reason.en}", f"{path} に書き込めません: {reason.ja}")


def spare_existing(path: Path | None, force: bool, since: Said | None = None) -> None:
    """Ends the command if its file is there and nobody said that it may go. since: what might be lost."""
    if path is not None and os.path.exists(path) and not force:
        usage(exists_already(path), ANOTHER_NAME if since is None else since.then(ANOTHER_NAME))


def exists_already(path: Path) -> Said:
    return Said(f"{path} exists already", f"{path} はすでに存在します")


def wrote(path: Path) -> Said:
    return Said(f"wrote {path}", f"{path} を作成しました")


ANOTHER_NAME = Said(
    "choose another name, or --force; nothing was written",
    "別の名前にするか、--force を指定してください。書き込みは行っていません",
)
"""What to do about a file that is not to be written over."""


def color() -> bool:
    """Standard output is a terminal that shows colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def progress(after: float = 0.5) -> Iterator[Callable[[str], None]]:
    """Tells on a terminal what a run is doing that takes longer than so many seconds; silent elsewhere."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda step: None
        return
    import time

    begin = time.monotonic()

    def step(name: str) -> None:
        if time.monotonic() - begin > after:
            sys.stderr.write(f"\r\x1b[K{name} …")
            sys.stderr.flush()

    try:
        yield step
    finally:
        if time.monotonic() - begin > after:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
