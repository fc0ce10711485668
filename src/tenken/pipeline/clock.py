"""The time of a run."""

from __future__ import annotations

import datetime
import os


def now() -> datetime.datetime:
    """Now, or the moment that SOURCE_DATE_EPOCH states, for reports that must come out the same twice."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    if stated and stated.isdigit():
        return datetime.datetime.fromtimestamp(int(stated), datetime.UTC)
    return datetime.datetime.now(datetime.UTC)


def moment() -> str:
    """The time of the run, as people read it."""
    return now().strftime("%Y-%m-%d %H:%M UTC")
