"""``tenken why``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, printable, usage
from tenken.cli.options import DebugOption, LangOption, Paths, RulesOption
from tenken.cli.root import app
from tenken.document.said import Said


@app.command(epilog="Example: tenken why vm-disk-not-independent 'db01/Hard disk 2' site.yaml")
def why(
    rule: Annotated[str, typer.Argument(help="Id of a rule.")],
    subject: Annotated[str, typer.Argument(help="Name of the subject as reports print it.")],
    paths: Paths = None,
    lang: LangOption = None,
    rules: RulesOption = None,
    debug: DebugOption = False,
) -> None:
    """Show why a rule said what it said of one subject: every fact that it read, and where it stood."""
    with errors_for_people(debug):
        from tenken.cli.rules import find_rule
        from tenken.document.problem import there_are
        from tenken.engine.findings import Findings
        from tenken.outputs import why as why_output
        from tenken.outputs import words

        settings = configured(paths=paths, rules=rules, lang=lang)
        run = run_of(settings, changes=False)
        found = find_rule(run.catalog, rule)
        (rule_run,) = [candidate for candidate in run.runs if candidate.rule is found]
        findings = Findings(run.graph, run.catalog, run.assembled.locate)
        names = [node.name for node in rule_run.nodes]
        positions = [position for position, name in enumerate(names) if name == subject]
        if not positions:
            near = get_close_matches(subject, names, n=3) or names[:5]
            usage(
                Said(
                    f"the rule {rule} has no subject {subject!r} of kind {found.rule.subject}",
                    f"ルール {rule} の対象（{words.word(f'kind.{found.rule.subject}', 'ja')}）に {subject!r} はありません",
                ),
                there_are(near) if near else None,
            )
        for position in positions:
            typer.echo(printable(why_output.text(rule_run, position, run.graph, findings, settings.language.value)), nl=False)
