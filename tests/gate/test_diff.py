"""Two reports compared: what came, went, changed its worth or lost its waiver; and what nobody looked for any more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from tenken import pipeline, schemas
from tenken.document.problem import InputError
from tenken.model.difference import CHANGES, Difference
from tenken.model.severity import FAIL_ON
from tenken.outputs import difference as outputs
from tenken.outputs import json as json_output
from tenken.outputs import words

Write = Callable[..., Path]
ENCRYPTED = {"vms": [{"name": "app01", "encrypted": True}]}
UNDECIDED = {"vms": [{"name": "app01", "encrypted": None}]}
SUSPENDED = {"vms": [{"name": "app01", "power_state": "suspended"}]}
WAIVER = {
    "rule": "vm-not-encrypted", "subject": {"kind": "vm", "name": "app01"}, "reason": "r", "owner": "o", "expires": "2026-06-30",
}  # fmt: skip
TODAY, TOMORROW = "1782820800", "1782907200"  # 2026-06-30 and the day after


@pytest.fixture
def compare(site: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Difference]:
    def report(name: str, changes: dict[str, Any], waived: bool, day: str, rules: list[Path]) -> Path:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
        file = tmp_path / "waivers.yaml"
        file.write_text(json.dumps({"tenken_waivers": 1, "waivers": [WAIVER]}), encoding="utf-8")
        made = pipeline.check([site(changes)], waivers=file if waived else None, rules=rules)
        (tmp_path / name).write_bytes(json_output.render(made))
        return tmp_path / name

    def compared(
        before: dict[str, Any],
        after: dict[str, Any],
        waived: tuple[bool, bool] = (False, False),
        days: tuple[str, str] = (TODAY, TODAY),
        rules: tuple[list[Path], list[Path]] = ([], []),
        fail_on: str = "unknown",
    ) -> Difference:
        old, new = (
            report(f"{number}.json", *given)
            for number, given in enumerate(zip((before, after), waived, days, rules, strict=True))
        )
        return pipeline.diff(old, new, fail_on=fail_on)

    return compared


def changes(found: Difference, rule: str = "vm-not-encrypted") -> list[tuple[str, str | None, str | None]]:
    return [(change.change, change.before, change.after) for change in found.findings if change.rule == rule]


@pytest.mark.parametrize(
    ("before", "after", "expected", "code"),
    [
        (ENCRYPTED, ENCRYPTED, [], 0),
        ({}, ENCRYPTED, [("new", None, "error")], 1),
        (ENCRYPTED, {}, [("fixed", "error", None)], 0),
        (UNDECIDED, ENCRYPTED, [("worse", "unknown", "error")], 1),
        (ENCRYPTED, UNDECIDED, [("better", "error", "unknown")], 0),
        (SUSPENDED, ENCRYPTED, [("new", None, "error")], 1),
    ],
)
def test_findings(before: Any, after: Any, expected: Any, code: int, compare: Callable[..., Difference]) -> None:
    found = compare(before, after)
    assert changes(found) == expected
    assert found.exit_code == code


@pytest.mark.parametrize(
    ("waived", "days", "expected", "code"),
    [
        ((True, True), (TODAY, TODAY), [], 0),
        ((True, True), (TODAY, TOMORROW), [("lapsed", "waived", "error")], 1),
        ((True, False), (TODAY, TODAY), [("lapsed", "waived", "error")], 1),
        ((False, True), (TODAY, TODAY), [("waived", "error", "waived")], 0),
    ],
)
def test_waivers(waived: Any, days: Any, expected: Any, code: int, compare: Callable[..., Difference]) -> None:
    found = compare(ENCRYPTED, ENCRYPTED, waived=waived, days=days)
    assert changes(found) == expected
    assert found.exit_code == code
    assert found.verdicts == []
    for change in found.findings:
        if change.rule == "vm-not-encrypted":
            assert change.waiver is not None and change.waiver.owner == "o"


def test_verdicts(compare: Callable[..., Difference]) -> None:
    found = compare({}, ENCRYPTED)
    told = {(verdict.subject.kind, verdict.subject.name, verdict.method): verdict for verdict in found.verdicts}
    changed = told["vm", "app01", "vmfs.online"]
    assert (changed.before, changed.after, changed.because) == ("eligible", "ineligible", ["vm-not-encrypted"])
    assert found.counts["verdicts_worse"] == len(found.verdicts)
    assert compare(ENCRYPTED, {}).counts["verdicts_better"] == len(found.verdicts)


def test_what_nobody_looked_for_any_more_is_not_fixed(site: Write, tmp_path: Path, compare: Callable[..., Difference]) -> None:
    off = tmp_path / "pack"
    off.mkdir()
    (off / "pack.yaml").write_text("id: ours\nedition: '1'\ntitle: {en: Ours, ja: 当社}\n", encoding="utf-8")
    (off / "overrides.yaml").write_text("- {id: vm-not-encrypted, enabled: false}\n", encoding="utf-8")
    found = compare(ENCRYPTED, ENCRYPTED, rules=([], [off]))
    assert changes(found) == [("unchecked", "error", None)]
    assert any("different rules" in notice.en for notice in found.notices)
    renamed = {"vms": [{"name": "app01", "encrypted": True}, {"name": "gone", "encrypted": True}]}
    told = {
        change.subject.name: change.change
        for change in compare(renamed, ENCRYPTED).findings
        if change.rule == "vm-not-encrypted"
    }
    assert told == {"gone": "unchecked"}


@pytest.mark.parametrize("fail_on", FAIL_ON)
def test_the_threshold_is_that_of_check(fail_on: str, compare: Callable[..., Difference]) -> None:
    assert compare({}, UNDECIDED, fail_on=fail_on).exit_code == int(fail_on != "error")


def test_a_report_of_nothing_is_no_good_news(site: Write, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_bytes(json_output.render(pipeline.check([site(ENCRYPTED)])))
    (tmp_path / "empty.yaml").write_text("tenken: 1\n", encoding="utf-8")
    new = tmp_path / "new.json"
    new.write_bytes(json_output.render(pipeline.check([tmp_path / "empty.yaml"])))
    found = pipeline.diff(old, new)
    assert found.exit_code == 3
    assert found.counts["fixed"] == 0
    assert found.counts["unchecked"] > 0


def test_mistakes_of_both_files_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"tenken_report": 1, "site": [], "results": [{}]}', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"tenken": 1}', encoding="utf-8")
    with pytest.raises(InputError) as error:
        pipeline.diff(tmp_path / "a.json", tmp_path / "b.json")
    said = [str(problem) for problem in error.value.problems]
    assert any("a.json:1:22: site must be text, not a list" in line for line in said)
    assert any("results[0].rule is required" in line for line in said)
    assert any("b.json:1:1: this is no report (tenken check -f json writes one)" in line for line in said)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["subject", "kind", "name", "waiver", "en", "ja", "line"]), inner, max_size=4)
        ),
        max_leaves=8,
    ),
    st.sampled_from(["site", "results", "verdicts", "summary", "packs", "inputs", "rules"]),
)
def test_any_report_gives_a_difference_or_problems_with_places(tmp_path: Path, value: Any, key: str) -> None:
    whole: dict[str, Any] = {
        "tenken_report": 1, "generated": "", "site": "", "packs": [], "inputs": [], "results": [], "verdicts": [], "rules": [],
        "summary": {"exit_code": 0, "fail_on": "unknown"},
    }  # fmt: skip
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(whole), encoding="utf-8")
    bad.write_text(json.dumps({**whole, key: value}), encoding="utf-8")
    try:
        pipeline.diff(good, bad)
    except InputError as error:
        assert all(problem.place and problem.place.line for problem in error.problems)


# --- outputs -----------------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>|`*\x1b[31m\n::error::"


@pytest.fixture
def hostile(compare: Callable[..., Difference]) -> Difference:
    found = compare(ENCRYPTED, {"vms": [{"name": "app01", "encrypted": None}, {"name": HOSTILE, "encrypted": True}]})
    assert found.findings and found.verdicts
    return found


@pytest.mark.parametrize("format", outputs.FORMATS)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_format_tells_every_change_and_obeys_no_name(format: str, lang: str, hostile: Difference) -> None:
    text = outputs.render(hostile, format, lang)
    for change in hostile.findings[:5]:
        assert change.rule in text.replace("\\", "")
    assert "\x1b" not in text
    if format != "json":
        assert words.word(f"change.{hostile.findings[0].change}", lang) in text
        assert "\n::error" not in text
    if format == "html":
        assert "<script" not in text
    if format == "markdown":
        assert "<script" not in MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_json_follows_its_schema(hostile: Difference) -> None:
    Draft202012Validator(schemas.generate("diff")).validate(json.loads(outputs.render(hostile, "json", "en")))


def test_there_are_words_for_every_change_and_worth() -> None:
    for change in CHANGES:
        assert f"change.{change}" in words.WORDS and f"change.{change}.means" in words.WORDS
    for worth in ("waived", "outside", "note", "warning", "inquire", "unknown", "error", "broken"):
        assert f"worth.{worth}" in words.WORDS
    for code in "0134":
        assert f"diff.exit.{code}" in words.WORDS


@pytest.mark.parametrize(("lang", "said"), [("en", "No finding and no verdict changed."), ("ja", "変更はありません")])
@pytest.mark.parametrize("format", ["console", "markdown", "html"])
def test_no_change_is_said(format: str, lang: str, said: str, compare: Callable[..., Difference]) -> None:
    assert said in outputs.render(compare(ENCRYPTED, ENCRYPTED), format, lang).replace("\\", "")
