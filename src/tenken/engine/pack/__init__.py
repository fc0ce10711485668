"""Loads packs: reads every file, checks every expression, compiles every rule; all mistakes at once.

``catalog`` says what comes out. On the way there, ``folder`` reads a pack by what its files are (``source``), ``expressions``
checks what is written in CEL, ``rules`` and ``changes`` bind rules to what they name. Here packs are laid over each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.document.said import Said
from tenken.engine.pack.catalog import Catalog, LoadedChange, LoadedRule, Pack
from tenken.engine.pack.scope import code_of, scope_of
from tenken.model.rule import Clause

__all__ = ["Catalog", "LoadedChange", "LoadedRule", "Pack", "code_of", "load", "scope_of"]


def load(folders: Iterable[Path], examples: bool = True) -> Catalog:
    """The rules in force. Later packs add rules and may override the level of earlier ones, or switch them off.

    examples: read the rules' examples too; a check does without them, and they are most of the text.

    Raises InputError with every mistake of every file: place, what is wrong, and a suggestion.
    """
    from tenken.engine.pack import folder, sharing  # not at start-up: most runs have a catalog that was kept (pack_cache)

    problems: list[Problem] = []
    packs: list[Pack] = []
    for path in folders:
        pack = folder.read(path, packs, examples, problems)
        packs += [pack] if pack is not None else []
    rules = _in_force(packs, problems)
    clauses = {clause.id: clause for pack in packs for clause in pack.clauses.values()}
    problems += _unknown_clauses(packs, rules, clauses)
    if problems:
        raise InputError(problems)
    labels = {path: label for pack in packs for path, label in pack.labels.items()}
    procedures = {procedure.id: procedure for pack in packs for procedure in pack.procedures.values()}
    sharing.share(rules.values())
    evaluators = {name: found for pack in packs for name, found in pack.note_evaluators.items()}
    return Catalog(packs, rules, clauses, labels, procedures, evaluators)


def _in_force(packs: list[Pack], problems: list[Problem]) -> dict[str, LoadedRule]:
    """The rules by id, as the packs override them one after the other."""
    rules: dict[str, LoadedRule] = {}
    for pack in packs:
        for rule in pack.rules.values():
            if rule.id in rules:
                other = rules[rule.id].place
                said = Said(f"rule {rule.id!r} exists already, at {other}", f"ルール {rule.id!r} は {other} にすでに存在します")
                hint = Said(
                    "choose another id, or change the level with overrides.yaml",
                    "別のIDにするか、overrides.yaml でレベルを変更してください",
                )
                problems.append(Problem(said, rule.place, hint))
            rules[rule.id] = rule
        for override, place in pack.overrides:
            target = rules.get(override.id)
            if target is None:
                said = Said(
                    f"override of unknown rule {override.id!r}", f"overrides.yaml のルール {override.id!r} が見つかりません"
                )
                problems.append(Problem(said, place, did_you_mean(override.id, rules)))
            elif not override.enabled:
                del rules[override.id]
            elif override.level is not None:
                target.rule = target.rule.model_copy(update={"level": override.level})
    return rules


def _unknown_clauses(packs: list[Pack], rules: Mapping[str, LoadedRule], clauses: Mapping[str, Clause]) -> list[Problem]:
    """What rules in force and procedures say that they carry out, and no pack lists."""
    bound = [(Said(f"rule {rule.id}", f"ルール {rule.id}"), rule.rule.clauses, rule.place) for rule in rules.values()]
    for pack in packs:
        for procedure in pack.procedures.values():
            bound.append((Said(f"procedure {procedure.id}", f"手順 {procedure.id}"), procedure.clauses, Place(pack.path)))
    return [
        Problem(
            Said(f"{what.en}: clause {clause!r} is not known", f"{what.ja}: 条項 {clause!r} が見つかりません"),
            place,
            did_you_mean(clause, clauses),
        )
        for what, named, place in bound
        for clause in named
        if clause not in clauses
    ]
