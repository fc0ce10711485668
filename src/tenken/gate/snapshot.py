"""A JSON report read back, as far as comparing two needs it. What a newer tenken added is passed over."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tenken.document.said import Said
from tenken.gate import reviewed
from tenken.model.report import Location, Result, SubjectName, Verdict, WaiverUsed
from tenken.model.rule import Text


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class ReadText(_Part):
    """Both languages; unlike in a rule, a text of a report may be empty."""

    en: str
    ja: str

    def text(self) -> Text:
        return Text.model_construct(en=self.en, ja=self.ja)


class ReadResult(_Part):
    rule: str
    outcome: str
    level: str
    subject: SubjectName
    bears_on: list[str]
    title: ReadText
    message: ReadText
    remedy: ReadText
    in_plan: bool
    location: Location
    fingerprint: str
    waiver: WaiverUsed | None = None
    baseline: str | None = None

    def result(self) -> Result:
        return Result(
            rule=self.rule,
            outcome=self.outcome,
            level=self.level,
            subject=self.subject,
            bears_on=self.bears_on,
            clauses=[],
            title=self.title.text(),
            message=self.message.text(),
            remedy=self.remedy.text(),
            in_plan=self.in_plan,
            facts=[],
            missing=[],
            location=self.location,
            fingerprint=self.fingerprint,
            waiver=self.waiver,
            baseline="known" if self.baseline == "known" else None,
        )


class ReadVerdict(_Part):
    subject: SubjectName
    method: str
    verdict: Verdict
    because: list[str] = Field(default_factory=list)
    blocked_by: list[SubjectName] = Field(default_factory=list)


class ReadPack(_Part):
    id: str
    edition: str
    digest: str


class ReadInput(_Part):
    name: str
    format: str


class ReadRule(_Part):
    id: str


class ReadSummary(_Part):
    exit_code: int
    fail_on: str
    subjects: dict[str, int] = Field(default_factory=dict)


class Snapshot(_Part):
    """A report."""

    tenken_report: int
    generated: str
    site: str
    packs: list[ReadPack]
    inputs: list[ReadInput]
    summary: ReadSummary
    results: list[ReadResult]
    verdicts: list[ReadVerdict]
    rules: list[ReadRule]


def read(path: Path) -> Snapshot:
    """The report in a JSON file. Raises InputError with every mistake."""
    what = Said("report", "JSON形式の報告書")
    hint = Said("tenken check -f json writes one", "tenken check -f json で作成できます")
    return reviewed.read(path, Snapshot, "tenken_report", what, hint)[0]
