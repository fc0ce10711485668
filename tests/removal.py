"""Taking what is stated out of a tree, for tests of what knowing less makes of it."""

from __future__ import annotations

import copy
from typing import Any

from tenken.document.place import Route


def without(tree: Any, route: Route) -> Any:
    """The tree without the fact at a route; what is not on the way to it is shared."""
    if not route:
        return None
    changed = copy.copy(tree)
    changed[route[0]] = without(tree[route[0]], route[1:])
    return changed
