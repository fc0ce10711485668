"""Waivers: they hold through their last day in the zone of their file, change no verdict, and are told when they do not act."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenken import pipeline
from tenken.document.problem import InputError
from tenken.gate import waivers
from tenken.model.report import Report, Result
from tenken.pipeline import check

Write = Callable[..., Path]
BAD = {"vms": [{"name": "app01", "encrypted": True, "snapshots": [{"name": "s1"}]}, {"name": "app02", "encrypted": None}]}
NOW = datetime.datetime(2026, 6, 30, 12, tzinfo=datetime.UTC)


def waiver(**changes: Any) -> dict[str, Any]:
    stated = {
        "rule": "vm-not-encrypted",
        "subject": {"kind": "vm", "name": "app01"},
        "reason": "moved to another array in July",
        "owner": "storage team",
        "expires": "2026-07-31",
    }
    return {key: value for key, value in {**stated, **changes}.items() if value is not None}


def write(folder: Path, *entries: dict[str, Any], **head: Any) -> Path:
    path = folder / "waivers.yaml"
    path.write_text(json.dumps({"tenken_waivers": 1, **head, "waivers": list(entries)}, indent=1), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _on_30_june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))


def of(report: Report, rule: str, name: str | None = None) -> list[Result]:
    return [result for result in report.results if result.rule == rule and name in (None, result.subject.name)]


def verdicts(report: Report) -> list[Any]:
    return [(v.subject, v.method, v.verdict, tuple(v.because), tuple(v.blocked_by)) for v in report.verdicts]


# --- what a waiver does ------------------------------------------------------------------------------------------------


def test_a_waived_finding_stays_visible_and_fails_nothing(site: Write, tmp_path: Path) -> None:
    path = site(BAD)
    before = check([path], fail_on="error")
    accepted = write(tmp_path, waiver(ticket="CHG-7"), waiver(subject={"kind": "vm", "name": "app02"}))
    after = check([path], fail_on="error", waivers=accepted)
    (found,) = of(after, "vm-not-encrypted", "app01")
    assert (found.outcome, found.level) == ("waived", "error")
    assert found.waiver is not None
    assert (found.waiver.outcome, found.waiver.owner, found.waiver.ticket) == ("fail", "storage team", "CHG-7")
    assert (found.waiver.location.source, found.waiver.location.line) == (str(tmp_path / "waivers.yaml"), 4)
    assert of(after, "vm-not-encrypted", "app02")[0].waiver.outcome == "unknown"  # type: ignore[union-attr]
    assert (before.summary.exit_code, after.summary.exit_code) == (1, 0)
    assert verdicts(after) == verdicts(before)


def test_a_reason_on_several_lines_is_shown_on_one(site: Write, tmp_path: Path) -> None:
    accepted = write(tmp_path, waiver(reason="moved in July;\n  until then copied in the guest\n"))
    (found,) = of(check([site(BAD)], waivers=accepted), "vm-not-encrypted", "app01")
    assert found.waiver is not None and found.waiver.reason == "moved in July; until then copied in the guest"


def test_the_summary_counts_waived_findings_once(site: Write, tmp_path: Path) -> None:
    path = site(BAD)
    before, after = check([path]), check([path], waivers=write(tmp_path, waiver()))
    assert after.summary.outcomes["fail"] == before.summary.outcomes["fail"] - 1
    assert after.summary.outcomes["waived"] == 1
    assert sum(after.summary.outcomes.values()) == sum(before.summary.outcomes.values())
    assert after.summary.levels["error"] == before.summary.levels["error"] - 1
    (rule,) = [rule for rule in after.rules if rule.id == "vm-not-encrypted"]
    assert rule.counts["waived"] == 1
    assert "fail" not in rule.counts


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("app01", ["app01"]), ("app*", ["app01", "app02"]), ("app0?", ["app01", "app02"]), ("*", ["app01", "app02", "[DS] x"]),
        ("APP01", []), ("app", []), ("[DS] *", ["[DS] x"]), ("[aD]*", []), ("app01\n", []),
    ],
)  # fmt: skip
def test_names_fit_patterns(pattern: str, fits: list[str]) -> None:
    fit = waivers.name_matcher(pattern)
    assert [name for name in ("app01", "app02", "[DS] x") if fit(name)] == fits


def test_a_pattern_of_many_stars_ends_soon() -> None:
    assert not waivers.name_matcher("*a" * 200 + "b")("a" * 5000)


def test_one_finding_by_its_fingerprint(site: Write, tmp_path: Path) -> None:
    path = site(BAD)
    (found,) = of(check([path]), "vm-not-encrypted", "app01")
    report = check([path], waivers=write(tmp_path, waiver(subject=None, fingerprint=found.fingerprint)))
    assert [result.subject.name for result in report.results if result.outcome == "waived"] == ["app01"]


@pytest.mark.parametrize("outcome", ["pass", "not_applicable", "error"])
def test_other_outcomes_can_not_be_waived(outcome: str, site: Write, tmp_path: Path) -> None:
    (found,) = of(check([site(BAD)]), "vm-not-encrypted", "app01")
    found.outcome = outcome
    held = waivers.read(write(tmp_path, waiver()), NOW)
    assert waivers.apply([found], held) == [found]
    assert held.standings[0].accepted == 0


def test_of_several_the_one_that_holds_longest_is_shown(site: Write, tmp_path: Path) -> None:
    first, second = waiver(expires="2026-07-01"), waiver(expires="2026-07-31", subject={"kind": "vm", "name": "app*"})
    path = site(BAD)
    for order in ((first, second), (second, first)):
        report = check([path], waivers=write(tmp_path, *order))
        assert of(report, "vm-not-encrypted", "app01")[0].waiver.expires == "2026-07-31"  # type: ignore[union-attr]
        assert not [result for result in report.results if result.subject.kind == "waiver"]


# --- the last day ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "holds"),
    [
        ("UTC", "2026-07-31T23:59:59+00:00", True), ("UTC", "2026-08-01T00:00:00+00:00", False),
        ("Asia/Tokyo", "2026-07-31T14:59:59+00:00", True), ("Asia/Tokyo", "2026-07-31T15:00:00+00:00", False),
        ("+09:00", "2026-07-31T14:59:59+00:00", True), ("+09:00", "2026-07-31T15:00:00+00:00", False),
        ("-05:00", "2026-08-01T04:59:59+00:00", True), ("-05:00", "2026-08-01T05:00:00+00:00", False),
        ("America/New_York", "2026-08-01T03:59:59+00:00", True),  # summer time
        (None, "2026-07-31T23:59:59+00:00", True), (None, "2026-08-01T00:00:00+00:00", False),
    ],
)  # fmt: skip
def test_the_last_day_counts_whole_in_the_zone_of_the_file(zone: str | None, now: str, holds: bool, tmp_path: Path) -> None:
    path = write(tmp_path, waiver(), **({"time_zone": zone} if zone else {}))
    (standing,) = waivers.read(path, datetime.datetime.fromisoformat(now)).standings
    assert standing.expired is not holds


@pytest.mark.parametrize(
    "written",
    ["2026-02-30", "2026-13-01", "31.12.2026", "12/31/2026", "20261231", "2026-W53-1", "2026-12-31T00:00", "never",
     "2026-12-31 ago", "２０２６-12-31", "9999-99-99", "0000-01-01"],
)  # fmt: skip
def test_a_day_that_can_not_be_read_has_expired_and_is_told(written: str, site: Write, tmp_path: Path) -> None:
    report = check([site(BAD)], waivers=write(tmp_path, waiver(expires=written)))
    (told,) = of(report, "waiver-expired")
    assert of(report, "vm-not-encrypted", "app01")[0].outcome == "fail"
    assert written in told.message.en and written in told.message.ja
    assert told.location.line == 12


def test_no_waiver_holds_longer_than_the_file_allows(tmp_path: Path) -> None:
    entries = [waiver(expires="2026-07-30"), waiver(expires="2026-07-31"), waiver(expires="2099-01-01")]
    with pytest.raises(InputError) as error:
        waivers.read(write(tmp_path, *entries, max_days=30), NOW)
    assert [(problem.place.line, problem.hint and problem.hint.en) for problem in error.value.problems if problem.place] == [
        (23, "the latest day is 2026-07-30"),
        (33, "the latest day is 2026-07-30"),
    ]


# --- waivers that do not act -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rule", "said"),
    [
        ({"expires": "2026-06-29"}, "waiver-expired", "held until 2026-06-29"),
        ({"expires": "2026-06-30"}, None, ""),
        ({"rule": "vm-not-encryptd"}, "waiver-orphaned", "did you mean vm-not-encrypted?"),
        ({"subject": {"kind": "vm", "name": "nobody"}}, "waiver-orphaned", "hold no vm/nobody"),
        ({"subject": {"kind": "host", "name": "app01"}}, "waiver-orphaned", "hold no host/app01"),
        ({"subject": None, "fingerprint": "0" * 16}, "waiver-orphaned", "0000000000000000"),
        ({"rule": "vm-not-suspended"}, "waiver-unused", "no finding"),
        ({"rule": "vm-not-suspended", "expires": "2026-01-01"}, "waiver-unused", "it has expired"),
    ],
)
def test_a_waiver_that_does_not_act_is_a_finding(
    changes: dict[str, Any], rule: str | None, said: str, site: Write, tmp_path: Path
) -> None:
    report = check([site(BAD)], waivers=write(tmp_path, waiver(**changes)), fail_on="warning")
    about = [result for result in report.results if result.subject.kind == "waiver"]
    assert [result.rule for result in about] == ([rule] if rule else [])
    for found in about:
        assert said in found.message.en
        assert found.message.ja != found.message.en and found.remedy.ja != found.remedy.en
        assert found.location.source == str(tmp_path / "waivers.yaml") and found.location.line
        assert found.clauses == [clause.id for clause in report.clauses if clause.id == "waivers-are-current"]
        assert [used.counts for used in report.rules if used.id == rule] == [{"fail": 1}]
        assert report.summary.levels["warning"] == check([site(BAD)]).summary.levels["warning"] + 1
        assert not [result for result in report.results if result.outcome == "waived"]


def test_what_is_wrong_with_waivers_is_counted_by_the_gate(site: Write, tmp_path: Path) -> None:
    clean, path = site({}), write(tmp_path, waiver())
    assert check([clean], waivers=path).summary.exit_code == 0
    assert check([clean], waivers=path, fail_on="warning").summary.exit_code == 1


# --- the file ----------------------------------------------------------------------------------------------------------


def complaints(path: Path) -> list[str]:
    with pytest.raises(InputError) as error:
        waivers.read(path, NOW)
    return [str(problem).replace(f"{path}:", "") for problem in error.value.problems]


def test_all_mistakes_of_a_file_at_once_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(
        """\
tenken_waivers: 1
max_days: soon
waivers:
  - rule: vm-not-encrypted
    subject: {kind: vmm, name: app01}
    reson: moved
    owner: ops
    expires: 2026-07-31
  - rule: VM
    subject: {kind: vm, name: app01, host: x}
    fingerprint: xyz
    reason:
    owner: ops
    expires: [2026-07-31]
  - rule: vm-not-encrypted
    reason: moved
    owner: ""
    expires: 2026-07-31
  - nothing
""",
        encoding="utf-8",
    )
    assert complaints(path) == [
        "2:1: max_days must be a whole number, not 'soon'",
        "5:15: waivers[0].subject.kind is 'vmm' (did you mean 'vm'?)",
        "4:5: waivers[0].reason is required",
        "6:5: unknown key 'reson' in waivers[0] (did you mean 'reason'?)",
        "9:5: waivers[1].rule is 'VM' (a rule's id is made of small letters, digits and -, as reports print it)",
        "10:38: unknown key 'host' in waivers[1].subject (expected one of: kind, name)",
        "11:5: waivers[1].fingerprint is 'xyz' (a fingerprint is 16 digits of 0-9 and a-f, as reports print it)",
        "12:5: waivers[1].reason must be text, not nothing",
        "14:5: waivers[1].expires must be text, not a list",
        "17:5: waivers[2].owner must not be empty",
        "19:5: waivers[3] must be a mapping, not 'nothing'",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a waiver file begins with tenken_waivers: 1"), ("[]", "begins with tenken_waivers: 1"), ("tenken: 1", "this is no waiver file"),
        ("tenken_waivers: 2\nwaivers: []", "'2' is not known"), ("tenken_waivers: 1", "waivers is required"),
        ("tenken_waivers: 1\nwaivers: {}", "waivers must be a list"), ("tenken_waivers: [1]\nwaivers: []", "a list is not known"),
        ("tenken_waivers: 1\ntime_zone: Asia/Tokio\nwaivers: []", "did you mean 'Asia/Tokyo'"),
        ("tenken_waivers: 1\ntime_zone: ../../etc/passwd\nwaivers: []", "is no time zone"),
        ("tenken_waivers: 1\ntime_zone: Asia\nwaivers: []", "is no time zone"), ("tenken_waivers: 1\ntime_zone: +25:00\nwaivers: []", "is no time zone"),
        ("tenken_waivers: 1\nmax_days: 0\nwaivers: []", "max_days is too small"),
        ("tenken_waivers: 1\nwaivers: [{rule: a, reason: a, owner: a, expires: a}]", "either subject or fingerprint"),
    ],
)  # fmt: skip
def test_what_is_no_waiver_file(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    assert any(said in complaint for complaint in complaints(path))


def test_mistakes_of_waivers_and_of_inventories_come_together(site: Write, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text("tenken_waivers: 1\nwaiver: []", encoding="utf-8")
    with pytest.raises(InputError) as error:
        check([site({"vmz": []})], waivers=path, baseline=tmp_path / "nowhere.json")
    sources = {Path(problem.place.source).name for problem in error.value.problems if problem.place}
    assert sources == {"site.json", "waivers.yaml", "nowhere.json"}


def test_a_waiver_file_is_no_inventory(site: Write, tmp_path: Path) -> None:
    path = site({})
    write(tmp_path, waiver())
    assert [used.name for used in check([tmp_path]).inputs] == [f"{tmp_path}/{path.name}"]


_TEXT = st.one_of(
    st.text(max_size=20), st.sampled_from(["tenken_waivers", "waivers", "1", "{", "[", ": ", "\n  - ", "&a", "*a", "!!x"])
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(_TEXT, max_size=20).map(lambda parts: "".join(parts).encode("utf-8", "replace"))
    )
)
def test_any_bytes_give_waivers_or_problems_with_places(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "fuzz.yaml"
    path.write_bytes(data)
    try:
        waivers.read(path, NOW)
    except InputError as error:
        assert all(problem.place for problem in error.problems)


_VALUES = st.recursive(
    st.one_of(st.none(), st.text(max_size=8), st.integers(), st.sampled_from(["2026-12-31", "vm", "vm-not-encrypted"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "name", "x"]), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(["rule", "subject", "fingerprint", "reason", "owner", "ticket", "expires", "x"])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_VALUES, st.one_of(_VALUES, st.lists(st.dictionaries(_KEYS, _VALUES, max_size=8), max_size=4)))
def test_any_values_give_waivers_or_problems_with_places(tmp_path: Path, zone: Any, entries: Any) -> None:
    path = tmp_path / "fuzz.yaml"
    path.write_text(json.dumps({"tenken_waivers": 1, "time_zone": zone, "waivers": entries}), encoding="utf-8")
    try:
        waivers.read(path, NOW)
    except InputError as error:
        assert all(problem.place and problem.place.line for problem in error.problems)


# --- what always holds -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def failing() -> pipeline.Run:
    return pipeline.evaluate_paths([Path(__file__).parents[2] / "examples" / "failing"])


_ANY = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["vm-not-encrypted", "vm-guest-os-online", "vm-disk-not-independent", "datastore-single-lun", "nothing"]),
        "subject": st.fixed_dictionaries(
            {"kind": st.sampled_from(["vm", "disk", "datastore"]), "name": st.sampled_from(["*", "*01*", "DS0?", "new01", "x"])}
        ),
        "reason": st.just("r"),
        "owner": st.sampled_from(["a", "b"]),
        "expires": st.sampled_from(["2026-06-29", "2026-06-30", "2026-12-31", "soon"]),
    }
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ANY, max_size=6), st.randoms(use_true_random=False))
def test_no_waiver_changes_a_verdict_and_their_order_changes_nothing(
    tmp_path: Path, failing: pipeline.Run, entries: list[dict[str, Any]], random: Any
) -> None:
    failing.waivers = None
    plain = pipeline.report(failing)
    shuffled = random.sample(entries, len(entries))
    reports = []
    for order in (entries, shuffled):
        failing.waivers = waivers.read(write(tmp_path, *order), NOW)
        reports.append(pipeline.report(failing))
    for report in reports:
        assert verdicts(report) == verdicts(plain)
        assert report.missing_facts == plain.missing_facts
        assert sum(report.summary.levels.values()) == sum(plain.summary.levels.values()) + sum(
            result.subject.kind == "waiver" for result in report.results
        ) - sum(result.outcome == "waived" and result.in_plan and result.level != "note" for result in report.results)
    said = [
        sorted(
            repr((r.rule, r.subject, r.outcome, r.message.en, r.waiver and (r.waiver.owner, r.waiver.expires)))
            for r in report.results
        )
        for report in reports
    ]
    assert said[0] == said[1]
    assert reports[0].summary == reports[1].summary
