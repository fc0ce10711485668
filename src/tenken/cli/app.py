"""The command line with all its commands, for what looks at it as a whole: the generated reference, tests."""

from __future__ import annotations

from tenken.cli.root import app
from tenken.cli.start import load

load([])

__all__ = ["app"]
