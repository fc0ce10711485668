"""Never green by accident: whatever keeps a run from checking what somebody meant ends with its own message, and not with 0."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.command_line import Tenken

ROOT = Path(__file__).parents[2]
PACK = 'id: house\nedition: "1"\ntitle: {en: House, ja: 社内}\n'


@pytest.fixture
def site(here: Path) -> Path:
    """A site that passes, a pack, and an inventory that speaks of nothing."""
    shutil.copytree(ROOT / "examples" / "passing", here / "design")
    (here / "house").mkdir()
    (here / "house" / "pack.yaml").write_text(PACK, encoding="utf-8")
    (here / "empty.yaml").write_text("tenken: 1\nvms: []\n", encoding="utf-8")
    (here / "server.yaml").write_text(
        "tenken: 1\nvcenters: [{name: vc01}]\nvms: [{name: a, template: true}]\n", encoding="utf-8"
    )
    (here / "template.yaml").write_text(
        "tenken: 1\narrays: [{name: M1, model: iStorage M320F, logical_disks: [], ld_sets: []}]\n"
        'vcenters: [{name: vc01, version: "8.0", vm: none}]\nhosts: []\nservers: []\nvms: [{name: a, template: true}]\n',
        encoding="utf-8",
    )
    (here / "nothing").mkdir()
    return here


def test_the_site_is_green_when_it_is_really_checked(site: Path, run: Tenken) -> None:
    (site / "tenken.toml").write_text('inputs = ["design"]\npacks = [{path = "house", id = "house"}]\n', encoding="utf-8")
    found = run("check")
    assert found.returncode == 0, found.stderr
    assert run("check", "design").returncode == 0


@pytest.mark.parametrize(
    ("text", "arguments", "code", "said"),
    [
        # nothing to read
        ("", ["check"], 2, "no PATH is given, and no configuration names inputs"),
        ("inputs = []", ["check"], 2, "no PATH is given, and no configuration names inputs"),
        ("", ["check", "nothing"], 3, "no inventory was found in nothing"),
        ("", ["check", "desing"], 2, "desing: there is no such file or folder\n  hint: did you mean design?"),
        ('inputs = ["nothing"]', ["check"], 3, "no inventory was found in nothing"),
        ('inputs = ["exports/*.xlsx"]', ["check"], 3, "tenken.toml:1:11: the input 'exports/*.xlsx' matches nothing"),
        ('inputs = ["exports/*.xlsx"]', ["check"], 3, "nothing to check: no input of the configuration is there"),
        ('inputs = ["design", "exports/*.xlsx"]', ["check"], 2, "tenken.toml:1:21: the input 'exports/*.xlsx' matches nothing"),
        ('inputs = ["design", "exprts"]', ["check"], 2, "the input 'exprts': there is no such file or folder"),
        ('inputs = ["desing"]', ["check"], 3, "did you mean 'design'?"),
        # nothing to judge
        ("", ["check", "empty.yaml"], 3, "the input has no VM, datastore, logical disk, host or array"),
        ("", ["check", "template.yaml"], 3, "the input has nothing that could be backed up"),
        # nothing to judge by
        ('[rules]\n"*" = "off"', ["check", "design"], 3, "nothing could be checked: every rule is switched off"),
        ('[rules]\n"*" = "off"\nrunbook-fits-number-of-vms = "on"', ["check", "design"], 3, "no rule in force applies to anything"),
        ('profile = "p"\n[profiles.p.rules]\n"*" = "off"', ["check", "design"], 3, "every rule is switched off"),
        ("", ["check", "design", "--rules", "hause"], 2, "hause: is not a folder of rules"),
        ("", ["check", "design", "--rules", "nothing"], 2, "there is no pack.yaml"),
        ('packs = [{path = "hause"}]', ["check", "design"], 2, "tenken.toml:1:11: the pack 'hause': there is no such folder"),
        # mistyped
        ('[rules]\nvm-not-encryptd = "off"', ["check", "design"], 2, "tenken.toml:2:1: there is no rule 'vm-not-encryptd'\n  hint: did you mean 'vm-not-encrypted'"),
        ('[rules]\n"vn-*" = "off"', ["check", "design"], 2, "tenken.toml:2:1: there is no rule 'vn-*'"),
        ('[rules]\nvm-not-encrypted = "of"', ["check", "design"], 2, "rules.vm-not-encrypted is 'of'"),
        ('profile = "p"\n[profiles.p.rules]\nvm-not = "off"', ["check", "design"], 2, "tenken.toml:3:1: there is no rule 'vm-not'"),
        ('[ruls]\nvm-not-encrypted = "off"', ["check", "design"], 2, "tenken.toml:1:2: unknown key 'ruls'"),
        ("", ["check", "design", "--profile", "strikt"], 2, "--profile: there is no profile 'strikt'\n  hint: did you mean 'strict'?"),
        ("", ["check", "design", "--config", "tenken.tml"], 2, "tenken.tml: there is no such configuration file"),
        ("", ["rules", "test", "--rule", "vm-not-encryptd"], 2, "did you mean 'vm-not-encrypted'"),
        ("", ["explain", "vm-not-encryptd"], 2, "did you mean 'vm-not-encrypted'"),
        ("", ["why", "vm-not-encryptd", "a", "design"], 2, "did you mean 'vm-not-encrypted'"),
        ('[precedence]\n"vm.guest" = ["nativ"]', ["check", "design"], 2, "no source is called 'nativ'"),
        ('assumptions = ["ldn_from_nba"]', ["check", "design"], 2, "did you mean 'ldn_from_naa'?"),
        # missing files
        ('waivers = "waivers.yaml"', ["check", "design"], 2, "tenken.toml:1:1: waivers 'waivers.yaml': there is no such file"),
        ('baseline = "baseline.json"', ["check", "design"], 2, "baseline 'baseline.json': there is no such file"),
        ("", ["check", "design", "--locked"], 2, "tenken.lock: there is no lock"),
        ("", ["rules", "verify"], 2, "tenken.lock: there is no lock"),
        # packs that are not what was said
        ('packs = [{path = "house", id = "hause"}]', ["check", "design"], 2, "the pack house must have the id hause, but has house"),
        ('packs = [{path = "house", edition = "2"}]', ["check", "design"], 2, "tenken.toml:1:10: the pack house must have the edition 2, but has 1"),
        (f'packs = [{{path = "house", digest = "sha256:{"0" * 64}"}}]', ["check", "design"], 2, "must have the digest"),
    ],
)  # fmt: skip
def test_a_run_that_checks_nothing_is_not_green(
    text: str, arguments: list[str], code: int, said: str, site: Path, run: Tenken
) -> None:
    if text:
        (site / "tenken.toml").write_text(text + "\n", encoding="utf-8")
    found = run(*arguments)
    assert said in found.stderr, found.stderr
    assert found.returncode == code
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("TENKEN_PROFILE", "strikt"), ("TENKEN_FAIL_ON", "eror"), ("TENKEN_UNKNOWN", "fial")]
)
def test_a_mistyped_variable(name: str, value: str, site: Path, run: Tenken) -> None:
    found = run("check", "design", **{name: value})
    assert found.returncode == 2
    assert name in found.stderr and "did you mean" in found.stderr


def test_a_variable_that_names_no_file(site: Path, run: Tenken) -> None:
    assert run("check", "design", TENKEN_CONFIG="nowhere.toml").returncode == 2
