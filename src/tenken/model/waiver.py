"""The waiver file: which findings somebody accepts, why, and until when. It is reviewed like code, and checked like it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from tenken.document.said import Said, WrongValue
from tenken.model.rule import Id, SubjectKind

Words = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class ReviewedModel(BaseModel):
    """What files hold that people review: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True)


class Selector(ReviewedModel):
    """Subjects of one kind by name, as reports print it."""

    kind: SubjectKind
    name: Words = Field(description="* stands for any characters, ? for one; everything else for itself")


class Waiver(ReviewedModel):
    """One accepted risk. It holds through the whole of its last day, in the time zone of the file."""

    rule: Id = Field(description="Id of the rule, as reports print it")
    subject: Selector | None = Field(default=None, description="Whom it concerns; either this or fingerprint")
    fingerprint: Fingerprint | None = Field(default=None, description="The one finding that it concerns, as reports print it")
    reason: Words = Field(description="Why the risk is accepted")
    owner: Words = Field(description="Who accepts it")
    ticket: Words | None = Field(default=None, description="Where it was decided")
    expires: Words = Field(
        description="The last day on which it holds, as YYYY-MM-DD. What is no such day has expired.",
        examples=["2026-12-31"],
        json_schema_extra={"format": "date"},
    )

    @field_validator("reason")
    @classmethod
    def _on_one_line(cls, reason: str) -> str:
        """A reason may be written on several lines; reports show it on one."""
        return " ".join(reason.split())

    @model_validator(mode="after")
    def _one_selector(self) -> Waiver:
        if (self.subject is None) == (self.fingerprint is None):
            raise WrongValue(
                Said(
                    "a waiver states either subject or fingerprint",
                    "免除には subject と fingerprint のどちらか一方を指定してください",
                )
            )
        return self

    @property
    def concerns(self) -> str:
        """Rule and subject in one line, as findings about a waiver name it."""
        whom = f"{self.subject.kind}/{self.subject.name}" if self.subject is not None else f"#{self.fingerprint}"
        return f"{self.rule} {whom}"


class WaiverFile(ReviewedModel):
    """All waivers of a site."""

    tenken_waivers: Literal[1] = Field(description="Version of the format")
    time_zone: Words = Field(
        default="UTC",
        description="Time zone of all days in this file: UTC, an IANA name such as Asia/Tokyo, or an offset such as +09:00",
        examples=["Asia/Tokyo", "UTC", "+09:00"],
    )
    max_days: int | None = Field(
        default=None, ge=1, le=36500, description="No waiver may hold longer than so many days from today; absent: no limit"
    )
    waivers: list[Waiver]
