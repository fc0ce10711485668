"""The baseline: what it holds is known, whatever moved; what is new, worse or swapped is new; nothing gets in unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenken.document.problem import InputError
from tenken.gate import baseline as baselines
from tenken.model.baseline import WORTHS, Known
from tenken.model.report import Location, Report, Result, SubjectName
from tenken.model.rule import Text
from tenken.pipeline import check

Write = Callable[..., Path]
ENCRYPTED = {"vms": [{"name": "app01", "encrypted": True}]}
SUSPENDED = {"vms": [{"name": "app01", "power_state": "suspended"}]}
UNDECIDED = {"vms": [{"name": "app01", "encrypted": None}]}
WARNED = {"vms": [{"name": "app01", "snapshots": [{"name": "s1"}]}]}


def record(path: Path, file: Path, **options: Any) -> Path:
    file.write_text(baselines.text(baselines.recorded(check([path], **options).results, "en")), encoding="utf-8")
    return file


def marks(report: Report) -> dict[str, str | None]:
    return {result.rule: result.baseline for result in report.results}


def test_of_itself_it_is_clean(site: Write, tmp_path: Path) -> None:
    path = site(ENCRYPTED)
    report = check([path], baseline=record(path, tmp_path / "b.json"), fail_on="warning")
    assert report.summary.exit_code == 0
    assert set(report.summary.levels.values()) == {0}
    assert set(marks(report).values()) == {"known"}
    assert report.baseline is not None
    assert (report.baseline.new, report.baseline.known, report.baseline.gone) == (0, len(report.results), [])
    assert report.verdicts == check([path]).verdicts


def test_of_the_failing_example_it_is_clean_and_changes_no_verdict(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "failing"
    report = check([example], baseline=record(example, tmp_path / "b.json"), fail_on="warning")
    assert report.summary.exit_code == 0
    assert report.verdicts == check([example]).verdicts
    assert {result.baseline for result in report.results if not result.in_plan} == {None}


def test_moved_lines_and_renamed_files_change_nothing(site: Write, tmp_path: Path) -> None:
    known = record(site(ENCRYPTED), tmp_path / "b.json")
    moved = site(ENCRYPTED, name="elsewhere/other.json")
    moved.write_text("\n\n\n" + moved.read_text(encoding="utf-8"), encoding="utf-8")
    assert set(marks(check([moved], baseline=known)).values()) == {"known"}


@pytest.mark.parametrize(
    ("before", "after", "fails", "gone"),
    [
        (ENCRYPTED, ENCRYPTED, False, 0),
        (ENCRYPTED, SUSPENDED, True, 1),  # as many as before: a swap is seen
        (UNDECIDED, ENCRYPTED, True, 0),  # the same finding, worth more
        (ENCRYPTED, UNDECIDED, False, 0),  # worth less
        (ENCRYPTED, {}, False, 1),
        ({}, ENCRYPTED, True, 0),
    ],
)  # fmt: skip
def test_only_what_is_new_fails(
    before: dict[str, Any], after: dict[str, Any], fails: bool, gone: int, site: Write, tmp_path: Path
) -> None:
    known = record(site(before), tmp_path / "b.json")
    report = check([site(after)], baseline=known)
    assert report.summary.exit_code == int(fails)
    assert report.baseline is not None
    assert bool(report.baseline.new) is fails
    assert len(report.baseline.gone) >= gone
    assert bool(report.baseline.gone) is bool(gone)


def test_what_is_gone_is_told(site: Write, tmp_path: Path) -> None:
    known = record(site(ENCRYPTED), tmp_path / "b.json")
    report = check([site({})], baseline=known)
    assert report.baseline is not None
    told = {gone.rule: gone for gone in report.baseline.gone}
    assert told["vm-not-encrypted"].subject == SubjectName("vm", "app01")
    assert "app01" in told["vm-not-encrypted"].message


def test_what_is_waived_is_not_recorded_and_counts_when_the_waiver_lapses(
    site: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782820800")  # 2026-06-30
    path, accepted = site(ENCRYPTED), tmp_path / "w.yaml"
    accepted.write_text(
        "tenken_waivers: 1\nwaivers: [{rule: vm-not-encrypted, subject: {kind: vm, name: app01}, reason: r, owner: o, expires: 2026-06-30}]",
        encoding="utf-8",
    )
    known = record(path, tmp_path / "b.json", waivers=accepted)
    assert check([path], baseline=known, waivers=accepted).summary.exit_code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782907200")  # the day after
    report = check([path], baseline=known, waivers=accepted, fail_on="warning")
    assert report.summary.exit_code == 1
    assert marks(report)["vm-not-encrypted"] == "new"
    assert marks(report)["waiver-expired"] is None


def test_update_takes_away_and_never_adds(site: Write, tmp_path: Path) -> None:
    both = {"vms": [{"name": "app01", "encrypted": True, "snapshots": [{"name": "s1"}]}]}
    before = baselines.read(record(site(both), tmp_path / "b.json"))
    now = {"vms": [{"name": "app01", "encrypted": True, "power_state": "suspended"}]}
    after = baselines.updated(check([site(now)]).results, before, "en")
    assert {known.fingerprint for known in after} < {known.fingerprint for known in before.findings}
    assert "vm-not-encrypted" in {known.rule for known in after}
    assert not {known.rule for known in after} & {"vm-not-suspended"}


def test_update_ratchets_what_became_less(site: Write, tmp_path: Path) -> None:
    known = record(site(ENCRYPTED), tmp_path / "b.json")
    lower = baselines.updated(check([site(UNDECIDED)]).results, baselines.read(known), "en")
    (tmp_path / "b.json").write_text(baselines.text(lower), encoding="utf-8")
    assert check([site(UNDECIDED)], baseline=known).summary.exit_code == 0
    assert check([site(ENCRYPTED)], baseline=known).summary.exit_code == 1


def test_the_file_is_sorted_with_one_finding_a_line(site: Write, tmp_path: Path) -> None:
    text = record(
        site({"vms": [{"name": "app01", "encrypted": True, "snapshots": [{"name": "s1"}]}]}), tmp_path / "b.json"
    ).read_text()
    findings = json.loads(text)["findings"]
    assert len(text.splitlines()) == len(findings) + 5
    assert [found["rule"] for found in findings] == sorted(found["rule"] for found in findings)
    assert str(tmp_path) not in text
    assert baselines.text([]) == '{\n "tenken_baseline": 1,\n "findings": []\n}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a baseline begins with"), ("{}", "a baseline begins with"), ('{"tenken_report": 1}', "this is no baseline"),
        ('{"tenken_baseline": 2, "findings": []}', "'2' is not known"), ('{"tenken_baseline": 1}', "findings is required"),
        ('{"tenken_baseline": 1, "findings": [{"fingerprint": "x"}]}', "16 digits"),
        ('{"tenken_baseline": 1, "findings": [{"worth": "eror"}]}', "did you mean 'error'?"),
        ('{"tenken_baseline": 1, "findings": [], "findngs": []}', "did you mean 'findings'?"),
        ('{"tenken_baseline": 1, "findings": [', "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_baseline(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        baselines.read(path)
    assert any(said in str(problem) and problem.place for problem in error.value.problems)


# --- what always holds -------------------------------------------------------------------------------------------------

_LEVELS = ("error", "warning", "note")


def result(number: int, outcome: str, level: str, in_plan: bool = True) -> Result:
    words = Text(en=f"no. {number}", ja=f"{number}番")
    return Result(
        "some-rule", outcome, level, SubjectName("vm", f"vm{number}"), ["vmfs.online"], [], words, words, words, in_plan, [], [],
        Location("site.yaml", 1, 1), f"{number:016x}",
    )  # fmt: skip


_RESULTS = st.lists(
    st.builds(
        result,
        st.integers(0, 5),
        st.sampled_from(["fail", "unknown", "inquire", "waived", "error", "pass"]),
        st.sampled_from(_LEVELS),
        st.booleans(),
    ),
    max_size=10,
)


@settings(max_examples=300)
@given(_RESULTS, _RESULTS)
def test_known_and_new_add_up_and_gone_is_really_gone(before: list[Result], after: list[Result]) -> None:
    known = baselines.recorded(before, "en")
    marked, used = baselines.compared(after, baselines.Baseline("b", known))
    candidates = [found for found in after if baselines.worth(found) is not None]
    assert used.new + used.known == len(candidates)
    assert used.known <= len(known)
    assert [(found.rule, found.fingerprint, found.outcome) for found in marked] == [
        (found.rule, found.fingerprint, found.outcome) for found in after
    ]
    there = {found.fingerprint for found in after if found.outcome != "pass"}
    assert {gone.fingerprint for gone in used.gone} >= {entry.fingerprint for entry in known} - there
    for found in marked:
        if found.baseline == "known":
            best = max(WORTHS.index(entry.worth) for entry in known if entry.fingerprint == found.fingerprint)
            assert WORTHS.index(baselines.worth(found) or "error") <= best


@settings(max_examples=200)
@given(_RESULTS, st.randoms(use_true_random=False))
def test_a_baseline_of_itself_knows_everything_in_any_order(results: list[Result], random: Any) -> None:
    known = baselines.recorded(results, "en")
    shuffled = random.sample(results, len(results))
    assert baselines.text(baselines.recorded(shuffled, "en")) == baselines.text(known)
    _, used = baselines.compared(shuffled, baselines.Baseline("b", random.sample(known, len(known))))
    assert (used.new, used.known, used.gone) == (0, len(known), [])


@settings(max_examples=200)
@given(_RESULTS, _RESULTS)
def test_update_only_ever_takes_away(before: list[Result], after: list[Result]) -> None:
    known = baselines.recorded(before, "en")
    left = baselines.updated(after, baselines.Baseline("b", known), "en")
    allowed: list[Known] = list(known)
    for entry in left:
        fitting = [
            a for a in allowed if a.fingerprint == entry.fingerprint and WORTHS.index(entry.worth) <= WORTHS.index(a.worth)
        ]
        assert fitting
        allowed.remove(min(fitting, key=lambda a: WORTHS.index(a.worth)))
    again = baselines.updated(after, baselines.Baseline("b", left), "en")
    assert again == left


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_and_message_read_back_as_written(tmp_path: Path, name: str, said: str) -> None:
    found = result(1, "fail", "error")
    found.subject, found.message = SubjectName("vm", name), Text.model_construct(en=said, ja=said)
    known = baselines.recorded([found], "en")
    path = tmp_path / "b.json"
    path.write_bytes(baselines.text(known).encode("utf-8", "backslashreplace"))
    (back,) = baselines.read(path).findings
    assert (back.subject, back.says) == (f"vm/{name}", said)
