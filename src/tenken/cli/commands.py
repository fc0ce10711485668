"""What the commands do."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import traceback
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, cast

import typer

from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.gate import exit_codes
from tenken.model.rule import Text

_SUFFIXES = {".json": "json", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".txt": "console"}
_MAX_PROBLEMS = 100


# --- errors --------------------------------------------------------------------------------------------------------


def _complain(text: str) -> None:
    typer.echo(text, err=True)


def _usage(message: str, hint: str | None = None) -> NoReturn:
    _complain(f"tenken: {message}" + (f"\n  hint: {hint}" if hint else ""))
    raise typer.Exit(exit_codes.BAD_INPUT)


def _print_problems(problems: list[Problem]) -> None:
    ordered = sorted(
        problems,
        key=lambda problem: (
            (problem.place.source, problem.place.line or 0, problem.place.column or 0) if problem.place else ("", 0, 0)
        ),
    )
    for problem in ordered[:_MAX_PROBLEMS]:
        where = f"{problem.place}: " if problem.place else ""
        _complain(printable(f"{where}{problem.message}"))
        if problem.hint:
            _complain(printable(f"  hint: {problem.hint}"))
    if len(ordered) > _MAX_PROBLEMS:
        _complain(f"… and {len(ordered) - _MAX_PROBLEMS} more")
    _complain(f"tenken: {len(ordered)} mistake{'s' if len(ordered) != 1 else ''} in the input; nothing was checked")


def printable(text: str) -> str:
    """Text that can't steer a terminal: control characters, escapes and direction marks are shown, not sent."""
    from tenken.outputs.inert import visible

    return "\n".join(map(visible, text.split("\n")))


@contextlib.contextmanager
def _errors_for_people(debug: bool) -> Iterator[None]:
    """Every error in words, with its exit code; a traceback only where it was asked for."""
    from tenken.sources.registry import NothingRecognised

    try:
        yield
    except InputError as error:
        _print_problems(error.problems)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    except NothingRecognised as error:
        _complain(f"tenken: nothing to check: no inventory was found in {printable(str(error))}")
        _complain(
            "  hint: an inventory states tenken: 1 (tenken init writes one); RVTools workbooks and CSV folders are understood too"
        )
        raise typer.Exit(exit_codes.NOTHING_CHECKED) from None
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:
        if debug:
            traceback.print_exc()
        _complain(f"tenken: this is a mistake of tenken itself: {type(error).__name__}: {printable(str(error))}")
        _complain("  hint: please report it, with the output of the same command and --debug")
        raise typer.Exit(exit_codes.BROKEN) from None


# --- check ---------------------------------------------------------------------------------------------------------


def check(
    paths: list[Path],
    formats: list[str],
    outputs: list[Path],
    *,
    lang: str,
    rules: list[Path],
    fail_on: str,
    everything: bool,
    template: Path | None,
    debug: bool,
) -> None:
    targets = pair(formats, outputs)
    if template is not None and not template.is_dir():
        _usage(f"--template {template} is not a folder", "it holds files such as report.html.j2")
    with _errors_for_people(debug):
        from tenken import pipeline
        from tenken.sources.assemble import collector_paused

        with collector_paused(), _progress() as step:
            report = pipeline.check(paths, rules=rules, fail_on=cast(Any, fail_on), everything=everything, progress=step)
            texts = [
                (render(report, format, lang, template, color=path is None and _color()), path) for format, path in targets
            ]
        for text, path in texts:
            if path is None:
                sys.stdout.write(text)
            else:
                write(path, text)
        if report.summary.exit_code == exit_codes.NOTHING_CHECKED:
            _complain("tenken: nothing could be checked: the input has no VM, datastore or logical disk that a rule applies to")
        raise typer.Exit(report.summary.exit_code)


def pair(formats: list[str], outputs: list[Path]) -> list[tuple[str, Path | None]]:
    """Which format goes where. What has no file goes to standard output; at most one can, and where none does, the console report is shown there."""
    if not formats:
        formats = [_format_of(path) for path in outputs] or ["console"]
    if len(outputs) > len(formats):
        _usage(
            f"{len(outputs)} --output for {len(formats)} --format",
            "give as many --format as --output, or none: the suffix decides then",
        )
    targets: list[tuple[str, Path | None]] = list(zip(formats, outputs, strict=False))
    rest: list[tuple[str, Path | None]] = [(format, None) for format in formats[len(outputs) :]]
    if len(rest) > 1:
        _usage(f"{' and '.join(format for format, _ in rest)} can't share standard output", "give each but one an --output")
    if len({path.absolute() for path in outputs}) < len(outputs):
        _usage("two reports would be written to one file")
    return [*targets, *(rest or [("console", None)])]


def _format_of(path: Path) -> str:
    format = _SUFFIXES.get(path.suffix.lower())
    if format is None:
        _usage(f"no format is known for {path}", f"give --format, or a suffix of: {', '.join(_SUFFIXES)}")
    return format


def render(report: Any, format: str, lang: str, template: Path | None, color: bool = False) -> str:
    """The report in a format. Modules are imported here, so that a run pays only for the formats it writes."""
    if format == "console":
        from tenken.outputs import console

        return console.render(report, lang, color=color)
    if format == "json":
        from tenken.outputs import json as json_output

        return json_output.render(report, lang)
    if format == "markdown":
        from tenken.outputs import markdown

        return markdown.render(report, lang, template)
    from tenken.outputs import html

    return html.render(report, lang, template)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8", newline="\n"
        ) as file:
            file.write(text)
        temporary = Path(file.name)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        _usage(f"{path} can't be written: {error.strerror or error}")


def _color() -> bool:
    import os

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def _progress() -> Iterator[Any]:
    """Tells on a terminal what a long run is doing; silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    import time

    begin = time.monotonic()

    def step(name: str) -> None:
        if time.monotonic() - begin > 0.5:
            sys.stderr.write(f"\r\x1b[K{name} …")
            sys.stderr.flush()

    try:
        yield step
    finally:
        if time.monotonic() - begin > 0.5:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


# --- rules ---------------------------------------------------------------------------------------------------------


def _catalog(rules: list[Path]) -> Any:
    from tenken.pipeline import load_rules

    return load_rules(rules)


def _rule(catalog: Any, name: str) -> Any:
    if name in catalog.rules:
        return catalog.rules[name]
    _usage(f"there is no rule {name!r}", did_you_mean(name, catalog.rules) or "tenken rules list shows them all")


def explain(name: str, lang: str, rules: list[Path], debug: bool) -> None:
    with _errors_for_people(debug):
        from tenken.outputs import rule_page

        catalog = _catalog(rules)
        if name not in catalog.rules and name in catalog.clauses:
            typer.echo(rule_page.clause_text(catalog, name, lang), nl=False)
            return
        typer.echo(rule_page.text(catalog, _rule(catalog, name), lang), nl=False)


def why(name: str, subject: str, paths: list[Path], lang: str, rules: list[Path], debug: bool) -> None:
    with _errors_for_people(debug):
        from tenken import pipeline
        from tenken.engine.findings import Findings
        from tenken.outputs import why as why_output

        run = pipeline.evaluate_paths(paths, rules=rules)
        rule = _rule(run.catalog, name)
        (rule_run,) = [found for found in run.runs if found.rule is rule]
        findings = Findings(run.graph, run.catalog, run.assembled.locate)
        names = [node.name for node in rule_run.nodes]
        positions = [position for position, node in enumerate(names) if node == subject]
        if not positions:
            near = get_close_matches(subject, names, n=3) or names[:5]
            _usage(
                f"the rule {name} has no subject {subject!r} of kind {rule.rule.subject}",
                f"there are: {', '.join(near)}" if near else None,
            )
        for position in positions:
            typer.echo(printable(why_output.text(rule_run, position, run.graph, findings, lang)), nl=False)


def rules_list(lang: str, rules: list[Path], as_json: bool, debug: bool) -> None:
    with _errors_for_people(debug):
        catalog = _catalog(rules)
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
            typer.echo(f"{rule.id:<{width}}  {level:<8} {rule.rule.subject:<13} {_in(rule.rule.title, lang)}")


def _in(text: Text, lang: str) -> str:
    return text.ja if lang == "ja" else text.en


def rules_test(rules: list[Path], only: str | None, debug: bool) -> None:
    with _errors_for_people(debug):
        from tenken.engine.selftest import base_tree, check_rule

        catalog = _catalog(rules)
        chosen = [_rule(catalog, only)] if only else list(catalog.rules.values())
        bases = {pack.info.id: base_tree(pack) for pack in catalog.packs}
        builtin = bases[catalog.packs[0].info.id]
        failures = examples = 0
        for rule in chosen:
            base = bases[rule.pack] if len(bases[rule.pack]) > 1 else builtin
            examples += len(rule.rule.examples)
            for failure in check_rule(rule, base):
                failures += 1
                typer.echo(str(failure))
        typer.echo(f"{len(chosen)} rules, {examples} examples, {failures} failed")
        raise typer.Exit(exit_codes.FINDINGS if failures else exit_codes.CLEAN)


def rules_coverage(rules: list[Path], lang: str, strict: bool, debug: bool) -> None:
    with _errors_for_people(debug):
        from tenken.pipeline import binding, coverage

        catalog = _catalog(rules)
        bound: dict[str, list[str]] = {}
        for rule in catalog.rules.values():
            for clause in rule.rule.clauses:
                bound.setdefault(clause, []).append(rule.id)
        width = max((len(clause) for clause in catalog.clauses), default=0)
        for clause in catalog.clauses.values():
            kind = binding(clause, catalog)
            detail = ", ".join(bound.get(clause.id, ()))
            if not detail and kind != "pending":
                reason = getattr(clause, kind)
                detail = reason if isinstance(reason, str) else _in(reason, lang)
            typer.echo(f"{clause.id:<{width}}  L{clause.lines:<22} {kind:<13} {detail}".rstrip())
        total = coverage(catalog)
        typer.echo(
            f"{total.clauses} clauses: {total.bound} checked by rules and verdicts, {total.by_procedure} procedures, {total.by_note} notes, "
            f"{total.not_checkable} not checkable, {total.pending} not yet covered"
        )
        raise typer.Exit(exit_codes.FINDINGS if strict and total.pending else exit_codes.CLEAN)


# --- small ones ----------------------------------------------------------------------------------------------------


def schema(name: str) -> None:
    from tenken.schemas import generate

    typer.echo(json.dumps(generate(name), ensure_ascii=False, indent=2))


def init(path: Path, lang: str) -> None:
    from tenken import resources

    if path.exists():
        _usage(f"{path} exists already", "choose another name; nothing was written")
    write(path, (resources.INIT / f"inventory.{lang}.yaml").read_text(encoding="utf-8"))
    typer.echo(
        f"wrote {path}; fill it in, then: tenken check {path}"
        if lang == "en"
        else f"{path} を作成しました。 tenken check {path} で点検できます"
    )
