"""Where the data lies that travels with tenken: rules, templates, files to begin with. No other module knows."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_BUNDLED = _PACKAGE / "_data"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent.parent
"""In a wheel the data lies inside the package; in a checkout, at the top."""

RULES = _ROOT / "rules"
TEMPLATES = _ROOT / "reports" / "templates"
INIT = _ROOT / "reports" / "init"

BUILTIN_PACKS = (RULES / "istorage-m-esxi" / "8.0", RULES / "inventory")
