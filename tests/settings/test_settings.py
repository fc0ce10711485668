"""Which value is in force and from where; and every mistake of a configuration file, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenken.document.problem import InputError
from tenken.settings import NothingMatched
from tenken.settings.file import find, read
from tenken.settings.resolve import Options, resolve


def config(folder: Path, text: str, name: str = "tenken.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


OPTION, VARIABLE = Options(fail_on="error"), {"TENKEN_FAIL_ON": "inquire"}
FILE, PROFILE = 'fail-on = "warning"\n', 'profile = "mine"\n[profiles.mine]\nfail-on = "inquire"\n'


@pytest.mark.parametrize(
    ("options", "environment", "text", "value", "origin"),
    [
        (OPTION, VARIABLE, FILE + PROFILE, "error", "--fail-on"),
        (Options(), VARIABLE, FILE + PROFILE, "inquire", "TENKEN_FAIL_ON"),
        (Options(), {"TENKEN_FAIL_ON": ""}, FILE + PROFILE, "warning", "tenken.toml:1:1"),
        (Options(), {}, PROFILE, "inquire", "profile mine"),
        (Options(profile="strict"), {}, PROFILE, "warning", "profile strict"),
        (Options(), {"TENKEN_PROFILE": "support"}, PROFILE, "error", "profile support"),
        (Options(), {}, "", "unknown", "default"),
    ],
)
def test_which_layer_decides(
    options: Options, environment: dict[str, str], text: str, value: str, origin: str, tmp_path: Path
) -> None:
    config(tmp_path, text)
    found = resolve(options, environment)
    assert (found.fail_on.value, str(found.fail_on.origin)) == (value, origin)


@pytest.mark.parametrize(
    ("environment", "text", "value", "origin"),
    [
        ({"TENKEN_LANG": "ja_JP.UTF-8"}, 'language = "en"', "ja", "TENKEN_LANG"),
        ({"LANG": "ja_JP.UTF-8"}, 'language = "en"', "en", "tenken.toml:1:1"),
        ({"LANG": "ja_JP.UTF-8"}, "", "ja", "LANG"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "", "en", "LC_ALL"),
        ({}, "", "en", "default"),
    ],
)
def test_the_language(environment: dict[str, str], text: str, value: str, origin: str, tmp_path: Path) -> None:
    config(tmp_path, text)
    found = resolve(Options(), environment).language
    assert (found.value, str(found.origin)) == (value, origin)


def test_rules_of_the_file_go_before_those_of_the_profile(tmp_path: Path) -> None:
    text = 'profile = "p"\n[rules]\n"b-*" = "off"\nx = "note"\n"*" = "on"\n[profiles.p.rules]\nb-1 = "error"\n"*" = "off"\n'
    config(tmp_path, text)
    rules = resolve(Options(), {}).rules
    assert [(rule.value.rule, rule.value.switch) for rule in rules] == [
        ("*", "off"), ("b-1", "error"), ("b-*", "off"), ("*", "on"), ("x", "note"),
    ]  # fmt: skip
    assert [str(rule.value.place) for rule in rules] == [f"tenken.toml:{line}:1" for line in (8, 7, 3, 5, 4)]


MISTAKES = """
profile = "strickt"
inputs = "design/"
fail_on = "unknown"
unknown = "fial"
languge = "ja"
locked = "yes"

[[packs]]
folder = "house"
digest = "sha256:12"

[rules]
vm-not-encrypted = "fatal"

[profiles.strict]
fail-on = "eror"

[precedence]
"vm.guest" = "native"
"""


def test_all_mistakes_at_once_each_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(config(tmp_path, MISTAKES))
    assert sorted(str(problem) for problem in error.value.problems) == sorted([
        "tenken.toml:2:1: there is no profile 'strickt' (did you mean 'strict'?)",
        "tenken.toml:16:11: the profile 'strict' is built in (choose another name for your own)",
        "tenken.toml:3:1: inputs must be a list, not 'design/'",
        "tenken.toml:4:1: unknown key 'fail_on' in the configuration (did you mean 'fail-on'?)",
        "tenken.toml:5:1: unknown is 'fial' (did you mean 'fail'?)",
        "tenken.toml:6:1: unknown key 'languge' in the configuration (did you mean 'language'?)",
        "tenken.toml:7:1: locked must be true or false, not 'yes'",
        "tenken.toml:9:3: packs[0].path is required",
        "tenken.toml:10:1: unknown key 'folder' in [packs[0]] (expected one of: path, id, edition, digest)",
        "tenken.toml:11:1: packs[0].digest is 'sha256:12' (expected sha256: and 64 hex digits, as tenken rules lock prints them)",
        "tenken.toml:14:1: rules.vm-not-encrypted is 'fatal' (expected one of: on, off, error, warning, note)",
        "tenken.toml:17:1: profiles.strict.fail-on is 'eror' (did you mean 'error'?)",
        "tenken.toml:20:1: precedence.vm.guest must be a list, not 'native'",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ('profile = "strickt"', {}, "tenken.toml:1:1: there is no profile 'strickt' (did you mean 'strict'?)"),
        ("[profiles.support]", {}, "tenken.toml:1:11: the profile 'support' is built in"),
        ("", {"TENKEN_FAIL_ON": "eror"}, "TENKEN_FAIL_ON is 'eror' (did you mean 'error'?)"),
        ("", {"TENKEN_PROFILE": "suport"}, "TENKEN_PROFILE: there is no profile 'suport' (did you mean 'support'?)"),
        ('packs = [{path = "hause"}]', {}, "tenken.toml:1:11: the pack 'hause': there is no such folder (did you mean 'house'?)"),
        ('waivers = "waiver.yaml"', {}, "tenken.toml:1:1: waivers 'waiver.yaml': there is no such file (did you mean 'waivers.yaml'?)"),
        ('baseline = "b.json"', {}, "tenken.toml:1:1: baseline 'b.json': there is no such file"),
        ("a = 1\n[tool", {}, "tenken.toml:2:6: not TOML"),
    ],
)  # fmt: skip
def test_what_is_named_must_be_there(text: str, environment: dict[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "waivers.yaml").touch()
    config(tmp_path, text)
    with pytest.raises(InputError) as error:
        resolve(Options(), environment)
    assert said in str(error.value)


def test_the_nearest_file_within_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find(inner) is None
    config(tmp_path, "[project]\nname = 'tenken-site'\n", "pyproject.toml")
    assert find(inner) is None, "a pyproject.toml without our table is not ours"
    project = config(tmp_path, "[tool.tenken]\nlanguage = 'ja'\n", "pyproject.toml")
    assert find(inner) == project
    assert str(resolve(Options(config=project), {}).language.origin) == "pyproject.toml:2:1"
    nearer = config(tmp_path / "a", "")
    assert find(inner) == nearer
    (tmp_path / "a" / ".git").touch()
    nearer.unlink()
    assert find(inner) is None, "what lies outside the repository decides nothing"


def test_two_files_in_one_folder_are_a_mistake(tmp_path: Path) -> None:
    config(tmp_path, "")
    config(tmp_path, "[tool.tenken]\n", "pyproject.toml")
    with pytest.raises(InputError, match="both state settings"):
        find(tmp_path)


def test_unknown_keys_in_pyproject_are_named_with_their_table(tmp_path: Path) -> None:
    project = config(tmp_path, "[tool.tenken]\nprofil = 'strict'\n", "pyproject.toml")
    with pytest.raises(
        InputError, match=r"pyproject.toml:2:1: unknown key 'profil' in \[tool.tenken\] \(did you mean 'profile'"
    ):
        read(project)
    with pytest.raises(InputError, match=r"there is no table \[tool.tenken\]"):
        read(config(tmp_path, "", "pyproject.toml"))


def test_inputs_are_seen_from_the_file_and_shown_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("design/b.yaml", "design/a.yaml", "design/deep/c.yaml", "x[1].yaml"):
        config(tmp_path, "", name)
    config(tmp_path, 'inputs = ["design/*.yaml", "x[1].yaml", "**/c.yaml", "design/a.yaml"]')
    monkeypatch.chdir(tmp_path / "design")
    found = resolve(Options(), {}).found_inputs()
    assert [setting.value.as_posix() for setting in found] == ["a.yaml", "b.yaml", "../x[1].yaml", "deep/c.yaml"]
    assert str(found[1].origin) == "../tenken.toml:1:11"


def test_an_input_that_stands_for_nothing_is_never_overlooked(tmp_path: Path) -> None:
    config(tmp_path, "", "design/a.yaml")
    config(tmp_path, 'inputs = ["design", "exprts/*.xlsx", "desing"]')
    with pytest.raises(InputError) as some:
        resolve(Options(), {}).found_inputs()
    assert [str(problem) for problem in some.value.problems] == [
        "tenken.toml:1:21: the input 'exprts/*.xlsx' matches nothing (patterns are seen from .)",
        "tenken.toml:1:38: the input 'desing': there is no such file or folder (did you mean 'design'?)",
    ]
    config(tmp_path, 'inputs = ["exprts/*.xlsx"]')
    with pytest.raises(NothingMatched):
        resolve(Options(), {}).found_inputs()


def test_packs_add_up_and_none_comes_twice(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "more").mkdir()
    config(tmp_path, 'packs = [{path = "house", edition = "1"}]')
    found = resolve(Options(packs=[Path("more"), tmp_path / "house"]), {}).packs
    assert [(setting.value.folder.name, setting.value.edition, str(setting.origin)) for setting in found] == [
        ("house", "1", "tenken.toml:1:10"),
        ("more", None, "--rules"),
    ]
