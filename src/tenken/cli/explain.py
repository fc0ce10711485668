"""``tenken explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from tenken.cli.configured import catalog_of, configured
from tenken.cli.errors import errors_for_people
from tenken.cli.options import DebugOption, LangOption, RulesOption
from tenken.cli.root import app


@app.command(epilog="Example: tenken explain vm-not-encrypted --lang ja")
def explain(
    rule: Annotated[str, typer.Argument(help="Id of a rule, or of a clause of the guide.")],
    lang: LangOption = None,
    rules: RulesOption = None,
    debug: DebugOption = False,
) -> None:
    """Explain a rule: what it demands, why, what to do, which clauses it carries out, with examples."""
    with errors_for_people(debug):
        from tenken.cli.rules import find_rule
        from tenken.gate import waiver_findings
        from tenken.outputs import rule_page

        settings = configured(rules=rules, lang=lang)
        catalog = catalog_of(settings, changes=False)
        if rule not in catalog.rules and rule in waiver_findings.RULES:
            typer.echo(
                rule_page.about_waivers(waiver_findings.RULES[rule], waiver_findings.CLAUSE, settings.language.value), nl=False
            )
            return
        if rule not in catalog.rules and rule in catalog.clauses:
            typer.echo(rule_page.clause_text(catalog, rule, settings.language.value), nl=False)
            return
        typer.echo(rule_page.text(catalog, find_rule(catalog, rule), settings.language.value), nl=False)
