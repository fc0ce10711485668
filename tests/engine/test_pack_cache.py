"""Loaded rules kept between runs: the same as loaded anew, never stale, and never from a place that others can write to."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tenken import kept, resources
from tenken.document.problem import InputError
from tenken.engine.pack import LoadedRule
from tenken.engine.pack import cache as pack_cache
from tenken.pipeline import check

FOLDERS = list(resources.BUILTIN_PACKS)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("TENKEN_CACHE_DIR", str(folder))
    return folder


def rules_of_ones_own(folder: Path, level: str = "warning") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text("id: own\nedition: '1'\ntitle: {en: Own, ja: 自社}\n", encoding="utf-8")
    (folder / "clauses.yaml").write_text("- {id: c1, lines: '1', text: {en: Names, ja: 名前}}\n", encoding="utf-8")
    (folder / "own-rule.yaml").write_text(
        "id: own-rule\ntitle: {en: t, ja: 題}\nwhy: {en: w, ja: 理由}\nremedy: {en: r, ja: 対処}\n"
        f"level: {level}\nclauses: [c1]\nsubject: vm\nrequire: \"vm.name.matches('^prd-')\"\nmessage: {{en: m, ja: 文}}\n",
        encoding="utf-8",
    )
    return folder


def test_what_is_kept_says_the_same(cache: Path) -> None:
    fresh = check([ROOT / "examples" / "failing"])
    assert len(list(cache.glob("*.rules"))) == 1
    kept = check([ROOT / "examples" / "failing"])
    assert [(r.rule, r.outcome, r.message, r.facts) for r in kept.results] == [
        (r.rule, r.outcome, r.message, r.facts) for r in fresh.results
    ]
    assert kept.verdicts == fresh.verdicts and kept.coverage == fresh.coverage and kept.notes == fresh.notes


def test_expressions_of_kept_rules_unfold_when_they_are_asked_for() -> None:
    for rule in pack_cache.load(FOLDERS).rules.values():
        folded = pickle.loads(pickle.dumps(rule))
        with pytest.raises(AttributeError):
            LoadedRule.applies.__get__(folded)  # type: ignore[attr-defined]
        twice = pickle.loads(pickle.dumps(folded))
        for loaded in (folded, twice):
            assert (loaded.applies, loaded.require) == (rule.applies, rule.require)
            assert (loaded.key_expressions, loaded.placeholders) == (rule.key_expressions, rule.placeholders)
        with pytest.raises(AttributeError):
            folded.nothing  # noqa: B018


def test_an_entry_depends_on_all_code_that_reads_compiles_or_evaluates_rules(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def key(words: Iterable[str], files: Iterable[Path]) -> str:
        seen.extend(files)
        return kept.key(words, seen)

    monkeypatch.setattr(pack_cache, "kept", SimpleNamespace(key=key, folder=kept.folder, read=kept.read, write=kept.write))
    pack_cache.load(FOLDERS)
    names = {file.relative_to(ROOT / "src" / "tenken").as_posix() for file in seen if file.suffix == ".py"}
    assert {
        "engine/cel/compile.py",
        "engine/pack/catalog.py",
        "engine/nodes.py",
        "model/rule.py",
        "model/inventory.py",
    } <= names


def test_a_changed_rule_is_seen(cache: Path, tmp_path: Path) -> None:
    own = rules_of_ones_own(tmp_path / "own")
    assert pack_cache.load([*FOLDERS, own]).rules["own-rule"].rule.level == "warning"
    rules_of_ones_own(own, level="error")
    assert pack_cache.load([*FOLDERS, own]).rules["own-rule"].rule.level == "error"
    assert len(list(cache.glob("*.rules"))) == 2


def test_mistakes_are_told_every_time(cache: Path, tmp_path: Path) -> None:
    own = rules_of_ones_own(tmp_path / "own", level="eror")
    for _ in range(2):
        with pytest.raises(InputError):
            pack_cache.load([*FOLDERS, own])
    assert not list(cache.glob("*.rules"))


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x05N."])
def test_a_broken_entry_is_made_anew(content: bytes, cache: Path) -> None:
    pack_cache.load(FOLDERS)
    (entry,) = cache.glob("*.rules")
    entry.write_bytes(content)
    assert pack_cache.load(FOLDERS).rules
    assert entry.stat().st_size > len(content)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions are those of POSIX")
def test_nothing_is_taken_from_where_others_can_write(cache: Path) -> None:
    pack_cache.load(FOLDERS)
    (entry,) = cache.glob("*.rules")
    entry.write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    entry.chmod(0o666)
    assert pack_cache.load(FOLDERS).rules
    shutil.rmtree(cache)
    cache.mkdir()
    cache.chmod(0o777)
    assert pack_cache.load(FOLDERS).rules
    assert not list(cache.iterdir())


def test_old_entries_go(cache: Path, tmp_path: Path) -> None:
    for number in range(pack_cache._KEPT + 3):
        pack_cache.load([rules_of_ones_own(tmp_path / f"own{number}")])
    assert len(list(cache.glob("*.rules"))) == pack_cache._KEPT


def test_no_cache_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENKEN_CACHE_DIR", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert pack_cache.load(FOLDERS).rules
    assert not list(tmp_path.iterdir())
