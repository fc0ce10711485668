"""tenken (点検): does a VMware ESXi site on an NEC iStorage M array obey the vendor's backup guide?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenken.pipeline import check as check

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def __getattr__(name: str) -> Any:
    if name == "check":
        from tenken.pipeline import check

        return check
    raise AttributeError(name)
