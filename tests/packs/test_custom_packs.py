"""Packs of one's own: rules added, levels changed, rules switched off; and every mistake of a pack with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tenken.document.problem import InputError
from tenken.engine import pack as packs
from tenken.pipeline import check, load_rules

PACK = "id: ours\nedition: '1'\ntitle: {en: Ours, ja: 社内規定}\n"
CLAUSES = "- {id: our-clause, lines: '1', text: {en: Names are lower case, ja: 名前は小文字}}\n"
RULE = """
id: our-name
title: {en: Names begin with app, ja: 名前は app で始まる}
why: {en: So we decided, ja: 社内規定のため}
remedy: {en: Rename it, ja: 名前を変える}
level: warning
bears_on: [vmfs.online]
clauses: [our-clause]
subject: vm
require: "vm.name.startsWith('app')"
message: {en: "{vm.name} is no app", ja: "{vm.name} は app ではない"}
examples:
  - {name: an app, expect: pass}
  - {name: no app, expect: fail, alone: true, given: {vms: [{name: db01}]}}
"""

Write = Callable[..., Path]


def pack(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    texts = {
        "pack": PACK,
        "clauses": CLAUSES,
        "our-name": RULE,
        **{name.replace("_", "-"): text for name, text in files.items()},
    }
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def complaints(folder: Path, load: Callable[[list[Path]], object] = load_rules) -> list[str]:
    """All that is wrong, found beside the built-in packs or, where those have no part in it, by itself in a tenth of the time."""
    with pytest.raises(InputError) as error:
        load([folder])
    return [str(problem).replace(f"{folder}/", "") for problem in error.value.problems]


def test_a_rule_of_ones_own_takes_part(tmp_path: Path, site: Write) -> None:
    ours = pack(tmp_path / "ours", our_name=RULE.replace("'app'", "'db'"))
    report = check([site()], rules=[ours])
    (result,) = report.results
    assert (result.rule, result.outcome, result.level, result.message.ja) == (
        "our-name",
        "fail",
        "warning",
        "app01 は app ではない",
    )
    assert [v.verdict for v in report.verdicts if v.subject.name == "app01"] == ["conditional", "eligible"]
    assert [used.id for used in report.packs] == ["istorage-m-esxi", "inventory", "ours"]


def test_levels_change_and_rules_are_switched_off(tmp_path: Path, site: Write) -> None:
    overrides = "- {id: vm-not-encrypted, level: warning}\n- {id: our-name, enabled: false}\n"
    ours = pack(tmp_path / "ours", our_name=RULE.replace("'app'", "'db'"), overrides=overrides)
    report = check([site({"vms": [{"name": "app01", "encrypted": True}]})], rules=[ours])
    assert [(result.rule, result.level) for result in report.results] == [("vm-not-encrypted", "warning")]
    assert load_rules().rules["vm-not-encrypted"].rule.level == "error"


UNSEEN = [
    ("vm", "vm.name.startsWith('app')", "tenken: 1\ndatastores: [{name: d}]\n", "site.vms"),
    ("host", "host.name.contains('.')", "tenken: 1\nvms: [{name: a}]\n", "site.hosts"),
    ("vcenter", "vcenter.name.matches('vc[0-9]+')", "tenken: 1\nvms: [{name: a}]\n", "site.vcenters"),
    ("array", "array.name == 'M320'", "tenken: 1\nvms: [{name: a}]\n", "site.arrays"),
    ("server", "server.name in ['mgmt01']", "tenken: 1\nvms: [{name: a}]\n", "site.servers"),
    ("disk", "disk.label.endsWith('1') && disk.shared_with.all(o, o.name == '')", "tenken: 1\nvms: [{name: a}]\n", "vm.disks"),
    ("controller", "controller.id.size() > 3", "tenken: 1\nvms: [{name: a}]\n", "vm.controllers"),
    ("workload", "workload.product != 'Oracle'", "tenken: 1\nvms: [{name: a}]\n", "vm.workloads"),
    ("ld_set", "ld_set.name.startsWith('esx')", "tenken: 1\narrays: [{name: m}]\n", "array.ld_sets"),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "require", "inventory", "missing"), UNSEEN)
def test_what_nobody_listed_is_unknown_also_to_rules_about_names(
    subject: str, require: str, inventory: str, missing: str, tmp_path: Path
) -> None:
    text = RULE.replace("vm.name.startsWith('app')", require).replace("subject: vm", f"subject: {subject}")
    text = text.replace("{vm.name}", "x").replace("bears_on: [vmfs.online]", "bears_on: []")
    (tmp_path / "site.yaml").write_text(inventory, encoding="utf-8")
    report = check([tmp_path / "site.yaml"], rules=[pack(tmp_path / "ours", our_name=text)])
    found = [(result.outcome, result.missing) for result in report.results if result.rule == "our-name"]
    assert found == [("unknown", [missing])]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("vm.name.startsWith", "vm.nam.startsWith", "our-name.yaml:10:14: require: VmNode has no fact 'nam' (did you mean 'name'?)"),
        ("vm.name.startsWith('app')", "vm.guest.tools == 'runing'", "require: the fact is never 'runing' (did you mean 'running' or 'not_running'?)"),
        ("vm.name.startsWith('app')", "vm.name", "require: must be true or false, not a string"),
        ("vm.name.startsWith('app')", "vm.encrypted == 1", "require: a bool can't be compared with a int"),
        ("vm.name.startsWith('app')", "vm.disks.all(vm, true)", "'vm' already means something here"),
        ("vm.name.startsWith('app')", "vm.name.matches('(a+)+$')", "the pattern repeats something that repeats"),
        ("vm.name.startsWith('app')", "vm.__class__ == vm", "has no fact '__class__'"),
        ("vm.name.startsWith('app')", "__import__('os')", "unknown function '__import__'"),
        ("vm.name.startsWith('app')", "vm.name.format('x')", "unknown function 'format'"),
        ("vm.name.startsWith('app')", "(" * 70 + "true" + ")" * 70, "nested deeper"),
        ("{vm.name} is no app", "{vm.nme} is no app", "message: VmNode has no fact 'nme' (did you mean 'name'?)"),
        ("[our-clause]", "[our-claus]", "clause 'our-claus' is not known (did you mean 'our-clause'?)"),
        ("level: warning", "level: fatal", "level is 'fatal' (expected one of: error, warning, note)"),
        ("level: warning", "levl: warning", "unknown key 'levl' (did you mean 'level'?)"),
        ("subject: vm", "subject: vms", "subject is 'vms' (did you mean 'vm'"),
        ("id: our-name", "id: our-names", "the id 'our-names' must be the file's name"),
        ("require:", "matrix: nothing\ncolumn: x\n#", "matrix 'nothing' is not known"),
        ("require:", "applies:", "a rule has either require, matrix or procedure"),
        ("title: {en: Names begin with app, ja: 名前は app で始まる}", "title: {en: Names}", "title.ja is required"),
    ],
)  # fmt: skip
def test_mistakes_of_a_rule_have_a_place_and_a_suggestion(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in RULE
    ours = pack(tmp_path / "ours", our_name=RULE.replace(old, new, 1))
    told = complaints(ours, load=packs.load)
    assert any(message in line for line in told), told


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    ours = pack(
        tmp_path / "ours",
        our_name=RULE.replace("vm.name.starts", "vm.x.starts"),
        other="id: other\nlevel: [\n",
        overrides="- {id: nothing}\n",
    )
    assert len(complaints(ours)) >= 3


def test_an_id_that_exists_already(tmp_path: Path) -> None:
    ours = pack(tmp_path / "ours", **{"vm_not_encrypted": RULE.replace("id: our-name", "id: vm-not-encrypted")})
    assert any("'vm-not-encrypted' exists already" in line for line in complaints(ours))


def test_a_folder_without_pack_yaml(tmp_path: Path) -> None:
    assert "there is no pack.yaml" in complaints(tmp_path)[0]


def test_a_rule_that_breaks_is_an_error_and_the_run_goes_on(site: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenken.pipeline import run

    catalog = load_rules()
    broken = catalog.rules["vm-not-encrypted"]
    namespace = broken.evaluator.run.__globals__  # type: ignore[union-attr]
    monkeypatch.setitem(namespace, "len", None)
    source = "def evaluate(numbered, site, outcomes):\n    for position, subject in numbered:\n        try:\n            subject.fact.nothing\n        except Exception:\n            outcomes[position] = 4\n"
    exec(source, namespace)
    broken.evaluator = namespace["evaluate"]
    monkeypatch.setattr(run, "load_rules", lambda rules=(), examples=True: catalog)
    report = check([site()])
    assert [(result.rule, result.outcome) for result in report.results] == [("vm-not-encrypted", "error")]
    assert report.summary.exit_code == 4
    assert {v.verdict for v in report.verdicts if v.subject.name == "app01"} == {"unknown"}
    assert report.summary.outcomes["pass"] > 20
