"""Paths as a person at the terminal would write them: from where they stand."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: Path) -> str:
    """A path from the working folder, where it lies in it or near above; else the whole path."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive of Windows
        return str(path)
    return str(path.absolute()) if relative.count("..") > 3 else relative
