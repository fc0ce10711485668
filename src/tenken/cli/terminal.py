"""What the commands do with files and with the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenken.cli.errors import usage


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all."""
    import tempfile

    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(data)
        temporary = Path(file.name)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        usage(f"{path} can't be written: {error.strerror or error}")


def color() -> bool:
    """Standard output is a terminal that shows colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def progress() -> Iterator[Any]:
    """Tells on a terminal what a long run is doing; silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    import time

    begin = time.monotonic()

    def step(name: str) -> None:
        if time.monotonic() - begin > 0.5:
            sys.stderr.write(f"\r\x1b[K{name} …")
            sys.stderr.flush()

    try:
        yield step
    finally:
        if time.monotonic() - begin > 0.5:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
