"""tenken (点検): does a VMware ESXi site on an NEC iStorage M array obey the vendor's backup guide?

``check`` is the whole of it for programs; docs/python.md shows how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenken.document.problem import InputError as InputError
    from tenken.document.problem import Problem as Problem
    from tenken.model.report import Report as Report
    from tenken.pipeline import check as check
    from tenken.sources.registry import NothingRecognised as NothingRecognised

__version__ = "0.1.0"
__all__ = ["InputError", "NothingRecognised", "Problem", "Report", "__version__", "check"]

_HOMES = {
    "check": "tenken.pipeline",
    "Report": "tenken.model.report",
    "InputError": "tenken.document.problem",
    "Problem": "tenken.document.problem",
    "NothingRecognised": "tenken.sources.registry",
}
"""Where the names live. They are imported when somebody asks: the command line must start at once."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tenken' has no attribute {name!r}")
