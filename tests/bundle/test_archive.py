"""A bundle gives whoever receives it the same verdicts, findings and disagreements, and no name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command_line import tenken

from bundle.sites import archive, bundle_of, disagreements, names_in, outcomes, run_of, rvtools_with_overlay, unpacked, verdicts
from tenken import pipeline
from tenken.bundle import InForce, make
from tenken.bundle.inputs import own_words

ROOT = Path(__file__).parents[2]


def checked(folder: Path, *arguments: str) -> dict[str, Any]:
    """The JSON report of ``tenken check``, run in a folder."""
    said = tenken("check", *arguments, "-f", "json", cwd=folder)
    assert said.returncode in (0, 1), said.stderr
    report: dict[str, Any] = json.loads(said.stdout)
    return report


@pytest.mark.parametrize("example", ["failing", "infrastructure", "planned", "passing"])
def test_the_unpacked_bundle_gives_the_same_verdicts_and_findings(example: str, tmp_path: Path) -> None:
    made = bundle_of(ROOT / "examples" / example)
    assert made.same, made.differences
    before = checked(ROOT, f"examples/{example}")
    after = checked(unpacked(made, tmp_path))
    assert verdicts(before) == verdicts(after) and outcomes(before) == outcomes(after)
    assert before["summary"] == after["summary"]
    assert json.loads(made.files["report.json"])["summary"] == after["summary"]


@pytest.mark.parametrize("seed", [2, 5])
def test_sources_that_disagree_disagree_under_pseudonyms(seed: int, tmp_path: Path) -> None:
    paths = rvtools_with_overlay(tmp_path, seed)
    made = bundle_of(*paths)
    assert made.same, made.differences
    before = checked(tmp_path, *(path.name for path in paths))
    after = checked(unpacked(made, tmp_path / "out"))
    assert verdicts(before) == verdicts(after) and outcomes(before) == outcomes(after)
    assert len(list(disagreements(before))) >= 2
    assert list(disagreements(before)) == list(disagreements(after))
    files = sorted(name for name in made.files if name.startswith("inputs/"))
    assert files == ["inputs/01-source-001.yaml", "inputs/02-rvtools.yaml", "inputs/03-native.yaml"]
    assert "source: rvtools" in made.files[files[1]] and "partial: " in made.files[files[1]]


def test_a_short_name_and_its_full_name_stay_one_host(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "tenken: 1\nsource: rvtools\nhosts: [{name: esx01.corp.example, version: '8.0'}, {name: esx02.corp.example}]\n", "utf-8"
    )
    (tmp_path / "b.yaml").write_text("tenken: 1\nhosts: [{name: ESX01, boot: {kind: local}}]\n", "utf-8")
    made = bundle_of(tmp_path / "a.yaml", tmp_path / "b.yaml")
    report = json.loads(made.files["report.json"])
    assert made.same and report["summary"]["subjects"]["host"] == 2
    assert any("is taken for" in notice["en"] for notice in report["notices"])


def test_settings_waivers_and_baseline_are_inputs_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    monkeypatch.chdir(tmp_path)
    site = ROOT / "examples" / "failing"
    (tmp_path / "of-tanaka.yaml").write_text(
        "tenken_waivers: 1\ntime_zone: Asia/Tokyo\nwaivers:\n"
        "  - {rule: vm-not-encrypted, subject: {kind: vm, name: 'secret*'}, reason: Yamada said so, owner: Tanaka, ticket: ABC-1, expires: 2026-12-31}\n"
        "  - {rule: vm-not-encrypted, subject: {kind: vm, name: nobody99}, reason: gone, owner: Tanaka, expires: 2020-01-01}\n",
        encoding="utf-8",
    )
    tenken("baseline", "write", site, "--baseline", "base.json", cwd=tmp_path)
    (tmp_path / "tenken.toml").write_text(
        f'inputs = ["{site}"]\nfail-on = "warning"\nwaivers = "of-tanaka.yaml"\nbaseline = "base.json"\n'
        '[rules]\n"vm-no-fault*" = "warning"\nhost-has-ld-access = "off"\n[precedence]\n"vm.guest" = ["native"]\n',
        encoding="utf-8",
    )
    before = checked(tmp_path)
    packed = archive(tmp_path)
    assert {"tenken.toml", "tenken-waivers.yaml", "tenken-baseline.json"} <= set(packed)
    out = tmp_path / "out"
    for name, content in packed.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    after = checked(out)
    assert outcomes(before) == outcomes(after)
    assert before["summary"] == after["summary"]
    assert before["baseline"]["known"] == after["baseline"]["known"] > 0
    assert before["baseline"]["new"] == after["baseline"]["new"]
    waived = [found["waiver"] for found in after["results"] if found["waiver"]]
    assert [found["expires"] for found in waived] == ["2026-12-31"]
    whole = b"\n".join(packed.values()).decode()
    for text in ("Yamada", "Tanaka", "ABC-1", "secret", "nobody99", "of-tanaka"):
        assert text not in whole


def test_assumptions_travel(tmp_path: Path) -> None:
    made = make(
        [ROOT / "examples" / "failing"], run_of(ROOT / "examples" / "failing"), settings=InForce(assumptions=["ldn_from_naa"])
    )
    assert 'assumptions = ["ldn_from_naa"]' in made.files["tenken.toml"]


def test_the_archive_holds_no_name_and_the_map_all(tmp_path: Path) -> None:
    packed = archive(tmp_path, str(ROOT / "examples" / "failing"))
    assert sorted(packed) == [
        "README.md", "inputs.json", "inputs/01-native.yaml", "inputs/02-native.yaml", "inputs/03-native.yaml",
        "report.json", "report.md", "tenken.toml", "versions.json",
    ]  # fmt: skip
    names = names_in(tmp_path)
    for name in ("secret01", "vcsa01", "esx01", "DS04", "M320-01", "Chiba"):
        assert not any(name in content.decode() for content in packed.values())
        assert name in " ".join(names.values())
    (vm,) = [name for name, text in names.items() if text == "secret01"]
    (tmp_path / "answer.md").write_text(f"Decrypt {vm}.\n", encoding="utf-8")
    said = tenken("unmask", tmp_path / "s.map.json", tmp_path / "answer.md")
    assert said.stdout == "Decrypt secret01.\n"
    kept = json.loads((tmp_path / "s.map.json").read_text(encoding="utf-8"))["inputs"]
    assert [len(entry["sha256"]) for entry in kept] == [64, 64, 64]
    assert kept[0]["file"] == "inputs/01-native.yaml" and kept[0]["original"].endswith("array.yaml")


def test_what_any_reader_says_stays_readable() -> None:
    """One word that a single folder of readers uses, for each."""
    of_one = {
        "separator",
        "terraform",
        "precedence",
        "mvflg",
        "pvscsi",
        "inflates",
        "descriptors",
        "listings",
        "thumbprint",
        "bundle",
    }
    assert of_one <= own_words()


def test_a_second_bundle_uses_the_same_pseudonyms(tmp_path: Path) -> None:
    first = archive(tmp_path, str(ROOT / "examples" / "failing"))
    names = names_in(tmp_path)
    again = archive(tmp_path, str(ROOT / "examples" / "failing"))
    assert names_in(tmp_path) == names
    assert first["inputs/02-native.yaml"] == again["inputs/02-native.yaml"]


def test_a_map_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "s.map.json").write_text("[]", encoding="utf-8")
    result = tenken("bundle", ROOT / "examples" / "passing", "-o", tmp_path / "s.zip")
    assert result.returncode == 2 and not (tmp_path / "s.zip").exists()


def test_a_word_that_a_rule_reads_and_nobody_knows_is_told(tmp_path: Path) -> None:
    """A guest of a made-up patch: masking it changes what the rule concludes, and the bundle says so."""
    run = run_of(ROOT / "examples" / "passing")
    assert make([ROOT / "examples" / "passing"], run).same
    other = make([ROOT / "examples" / "failing"], run)  # other inputs than those of the run
    assert not other.same and other.differences
    assert json.loads(other.files["versions.json"])["differences"] == other.differences


def test_pipeline_and_bundle_count_alike() -> None:
    run = run_of(ROOT / "examples" / "failing")
    masked, plain = (
        json.loads(bundle_of(ROOT / "examples" / "failing").files["report.json"])["summary"],
        pipeline.report(run).summary,
    )
    assert masked["verdicts"] == plain.verdicts
    assert masked["outcomes"] == plain.outcomes and masked["ready"] == plain.ready


def test_the_raw_export_alone_gives_the_same_verdicts(tmp_path: Path) -> None:
    workbook = rvtools_with_overlay(tmp_path, 3, extra="cost center")[0]
    made = bundle_of(workbook)
    folder = unpacked(made, tmp_path / "out") / "raw" / "01-rvtools"
    before, after = pipeline.check([workbook]), pipeline.check([folder])
    assert before.summary == after.summary
    assert [(v.method, v.verdict, v.because) for v in before.verdicts] == [
        (v.method, v.verdict, v.because) for v in after.verdicts
    ]
    (told,) = json.loads(made.files["inputs.json"])
    assert told["raw_reads_the_same"] and any(column.startswith("vInfo: column-") for column in told["columns_not_read"])
    assert "cost center" not in "".join(made.files.values())
