"""The built-in rules, loaded once: a test that needs only their names as it is collected takes them from here, too."""

from __future__ import annotations

from functools import cache

from tenken.engine.pack import Catalog
from tenken.pipeline import load_rules


@cache
def built_in() -> Catalog:
    """With their examples. Nobody may change them."""
    return load_rules()
