"""Versions as people write them: ``6.10``, ``R15.1``, ``2012 R2``, ``11g Release 2``, ``23ai``, ``17763.5458``."""

from __future__ import annotations

import re
from functools import lru_cache

Version = tuple[int, ...]

_FORM = re.compile(
    r"(?:version|ver\.?|[vr])?\s*(?P<numbers>\d{1,9}(?:\.\d{1,9})*)(?P<letter>(?:ai|[a-z])?)"
    r"(?:\s*(?:r|release\s*)(?P<release>\d{1,4}))?(?P<rest>\s.*|-.*|\+.*)?",
    re.IGNORECASE | re.DOTALL,
)
_RELEASE = 1_000_000_000
"""A release ranks below every dot: 2012 < 2012 R2 < 2016, and it is no minor version."""


@lru_cache(maxsize=65536)
def parse(text: str) -> Version | None:
    """The numbers of a version, without trailing zeros; None for what is no version.

    ``8.0`` equals ``8``, ``6.10`` is greater than ``6.9``, and ``2012 R2`` lies between ``2012`` and ``2016``.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None or len(text) > 100:
        return None
    numbers = [int(part) for part in match["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    if match["release"]:
        numbers.insert(1, -_RELEASE + int(match["release"]))
    return tuple(numbers)
