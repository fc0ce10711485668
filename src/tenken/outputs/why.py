"""What ``tenken why`` prints: one rule on one subject, with every fact that decided and its place."""

from __future__ import annotations

from tenken.engine.cel.trace import trace
from tenken.engine.evaluate import RuleRun
from tenken.engine.evidence.explain import explain, scope_of
from tenken.engine.findings import Findings
from tenken.engine.graph import Graph
from tenken.outputs.words import named

_WORDS = {
    "en": {True: "true", False: "false", None: "unknown", "applies": "applies", "require": "must hold", "missing": "not collected", "at": "at", "facts": "facts that decided"},
    "ja": {True: "真", False: "偽", None: "不明", "applies": "適用条件", "require": "満たすべき条件", "missing": "未収集", "at": "場所", "facts": "決め手となった情報"},
}  # fmt: skip


def text(run: RuleRun, position: int, graph: Graph, findings: Findings, lang: str) -> str:
    """The evaluation of one rule on one subject, in words."""
    words = _WORDS[lang]
    rule, node = run.rule, run.nodes[position]
    explanation = explain(run, position, graph.site)
    scope = scope_of(node, graph.site)
    (result,) = [
        found
        for found in findings.results([run], everything=True)
        if found.fingerprint == findings.fingerprint_of(rule.id, node)
    ]
    message = result.message.text(lang)
    lines = [f"{node.name}: {named('outcome', explanation.outcome).text(lang)}  {rule.id}", f"  {message}"]
    for name, source, expression in (
        ("applies", rule.rule.applies, rule.applies),
        ("require", rule.rule.require, rule.require),
    ):
        if source is not None and expression is not None:
            value = trace(expression, scope).value
            lines.append(f"  {words[name]}: {source.strip()}  → {words.get(value, value)}")
    if explanation.cell is not None and rule.table is not None:
        row = explanation.cell.row
        label = row.label.text(lang) if row else ""
        lines.append(f"  {rule.table.matrix.id}.{rule.rule.column}: {explanation.cell.mark or words[None]}  {label}".rstrip())
    lines += [f"  - {found.text.text(lang)}" for found in explanation.deviations]
    lines.append(f"  {words['facts']}:")
    for fact in result.facts:
        value = words["missing"] if fact.value is None else repr(fact.value)
        lines.append(f"    {fact.path} = {value}   {words['at']} {fact.location}")
    return "\n".join(lines) + "\n"
