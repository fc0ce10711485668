"""``tenken rules``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tenken.cli.configured import catalog_of, configured
from tenken.cli.errors import errors_for_people, print_problems, tell, usage
from tenken.cli.language import language
from tenken.cli.options import ConfigOption, DebugOption, LangOption, RulesOption
from tenken.cli.root import app
from tenken.document.problem import did_you_mean
from tenken.document.said import Said
from tenken.gate import exit_codes

if TYPE_CHECKING:
    from tenken.engine.pack import Catalog, LoadedRule

rules_app = typer.Typer(help="Look at the rules and test them.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")


def find_rule(catalog: Catalog, name: str) -> LoadedRule:
    """The rule of that id; a mistyped one is an error of use, with the nearest."""
    from tenken.engine.pack.levels import ALL_RULES, no_rule

    if name not in catalog.rules:
        usage(no_rule(name), did_you_mean(name, catalog.rules) or ALL_RULES)
    return catalog.rules[name]


@rules_app.command("list")
def rules_list(
    lang: LangOption = None,
    rules: RulesOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    debug: DebugOption = False,
) -> None:
    """List the rules in force."""
    with errors_for_people(debug):
        settings = configured(rules=rules, lang=lang)
        catalog = catalog_of(settings)
        if as_json:
            listed = [
                {
                    "id": rule.id,
                    "pack": rule.pack,
                    **rule.rule.model_dump(include={"title", "level", "violation", "subject", "bears_on", "clauses"}),
                }
                for rule in catalog.rules.values()
            ]
            typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))
            return
        width = max((len(rule.id) for rule in catalog.rules.values()), default=0)
        for rule in sorted(catalog.rules.values(), key=lambda rule: (rule.pack, rule.id)):
            level = rule.rule.level if rule.rule.violation == "fail" else rule.rule.violation
            typer.echo(
                f"{rule.id:<{width}}  {level:<8} {rule.rule.subject:<13} {rule.rule.title.text(settings.language.value)}"
            )


@rules_app.command("test")
def rules_test(
    rules: RulesOption = None,
    only: Annotated[Optional[str], typer.Option("--rule", help="Only this rule.")] = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Run the examples of all rules, ours and those of --rules."""
    with errors_for_people(debug):
        from tenken.engine.selftest import base_of, check_rule

        catalog = catalog_of(configured(rules=rules, lang=lang), changes=False)
        chosen = [find_rule(catalog, only)] if only else list(catalog.rules.values())
        failures = examples = 0
        for rule in chosen:
            examples += len(rule.rule.examples)
            for failure in check_rule(rule, base_of(catalog, rule)):
                failures += 1
                typer.echo(failure.text(language()))
        total = Said(
            f"{len(chosen)} rules, {examples} examples, {failures} failed",
            f"ルール {len(chosen)} 件、例 {examples} 件、失敗 {failures} 件",
        )
        typer.echo(total.text(language()))
        raise typer.Exit(exit_codes.FINDINGS if failures else exit_codes.CLEAN)


@rules_app.command("coverage")
def rules_coverage(
    rules: RulesOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Print every clause of the guide and what carries it out; exit 1 while one is bound to nothing."""
    with errors_for_people(debug):
        from tenken.pipeline import binding, coverage

        settings = configured(rules=rules, lang=lang)
        catalog = catalog_of(settings, changes=False)
        bound: dict[str, list[str]] = {}
        for rule in catalog.rules.values():
            for name in rule.rule.clauses:
                bound.setdefault(name, []).append(rule.id)
        width = max((len(clause.id) for clause in catalog.guide_clauses), default=0)
        for clause in catalog.guide_clauses:
            kind = binding(clause, catalog)
            detail = ", ".join(bound.get(clause.id, ()))
            if kind == "procedure":
                detail = ", ".join(found.id for found in catalog.procedures.values() if clause.id in found.clauses)
            elif not detail and kind != "pending":
                detail = getattr(clause, kind).text(settings.language.value)
            typer.echo(f"{clause.id:<{width}}  L{clause.lines:<22} {kind:<13} {detail}".rstrip())
        total = coverage(catalog)
        typer.echo(
            Said(
                f"{total.clauses} clauses: {total.bound} checked by rules and verdicts, {total.by_procedure} procedures, "
                f"{total.by_note} notes, {total.not_checkable} not checkable, {total.pending} not yet covered",
                f"記述 {total.clauses} 件: ルールと判定で点検 {total.bound} 件、手順 {total.by_procedure} 件、注記 {total.by_note} 件、"
                f"点検不可 {total.not_checkable} 件、未対応 {total.pending} 件",
            ).text(settings.language.value)
        )
        raise typer.Exit(exit_codes.FINDINGS if total.pending else exit_codes.CLEAN)


LockOption = Annotated[
    Optional[Path],
    typer.Option("--lock", help="The lock. Default: tenken.lock beside the configuration, else here.", metavar="FILE"),
]


@rules_app.command("lock")
def rules_lock(
    rules: RulesOption = None, config: ConfigOption = None, lock: LockOption = None, debug: DebugOption = False
) -> None:
    """Write tenken.lock: which packs are in force, each with its digest and those of its files."""
    with errors_for_people(debug):
        from tenken.cli.terminal import write
        from tenken.engine.pack import lock as locks

        settings = configured(rules=rules, config=config)
        packs = catalog_of(settings, changes=False).packs
        path = lock or settings.lock
        write(path, locks.write(packs, path))
        for pack in packs:
            typer.echo(f"{pack.info.id} {pack.info.edition}  sha256:{pack.digest}")
        said = Said(
            f"wrote {path}; tenken rules verify and tenken check --locked hold the packs against it",
            f"{path} を作成しました。tenken rules verify と tenken check --locked でルールパックと照合できます",
        )
        tell(said.text(settings.language.value))


@rules_app.command("verify")
def rules_verify(
    rules: RulesOption = None, config: ConfigOption = None, lock: LockOption = None, debug: DebugOption = False
) -> None:
    """Hold the packs in force against tenken.lock, without a network: exit 1 where a file changed, came or went."""
    with errors_for_people(debug):
        from tenken.engine.pack import lock as locks

        settings = configured(rules=rules, config=config)
        found = locks.read(lock or settings.lock)
        packs = catalog_of(settings, changes=False).packs
        problems = locks.mismatches(found, packs)
        if problems:
            print_problems(
                problems, Said(f"the packs are not those of {found.path}", f"ルールパックが {found.path} と異なります")
            )
            raise typer.Exit(exit_codes.FINDINGS)
        same = Said(
            f"{len(packs)} packs are as {found.path} states them",
            f"ルールパック {len(packs)} 件は {found.path} と一致しています",
        )
        typer.echo(same.text(settings.language.value))
