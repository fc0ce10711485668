"""The baseline file: the findings of a site that were there already, so that only what is new fails the gate."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import ConfigDict, Field

from tenken.model.waiver import Fingerprint, ReviewedModel

Worth = Literal["note", "warning", "inquire", "unknown", "error"]
WORTHS: tuple[Worth, ...] = get_args(Worth)
"""What a finding can be worth, the least grave first: the order of the gate, with notes below it."""


class Known(ReviewedModel):
    """One finding that was there. The fingerprint decides; the words are for whoever reviews the file."""

    model_config = ConfigDict(str_strip_whitespace=False)

    fingerprint: Fingerprint = Field(description="Rule and subject; it outlives moved lines and renamed files")
    worth: Worth = Field(description="What it was worth to the gate. The same finding worth more counts as new.")
    rule: str
    subject: str = Field(description="kind/name")
    says: str = Field(default="", description="The message when it was recorded")


class BaselineFile(ReviewedModel):
    """All findings that were there."""

    tenken_baseline: Literal[1] = Field(description="Version of the format")
    findings: list[Known]
