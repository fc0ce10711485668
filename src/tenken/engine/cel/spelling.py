"""Names of products as people write them: ``RepNavi Suite``, ``repnavi-suite``, ``Standard Edition`` and ``STANDARD``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=65536)
def plain(text: Any) -> str:
    """A name without what means nothing in names of products and editions: case, spaces, hyphens, the word Edition."""
    folded = str(text).casefold().replace("edition", "")
    return "".join(character for character in folded if character.isalnum() or character in "+/")
