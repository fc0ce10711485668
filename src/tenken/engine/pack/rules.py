"""Binds rules to what they name: expressions to facts, a rule to its matrix or procedure; and compiles them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence

from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.engine.cel.compile import Evaluator, compile_condition, compile_values
from tenken.engine.matrix import Table
from tenken.engine.pack import changes
from tenken.engine.pack.catalog import LoadedRule, Pack
from tenken.engine.pack.expressions import Expressions
from tenken.engine.pack.scope import code_of, scope_of
from tenken.engine.pack.source import Source
from tenken.model.rule import PLACEHOLDER, Clause, Rule, Text

_SPECIAL_PLACEHOLDERS = ("matrix.value", "matrix.nearest", "matrix.row", "procedure.deviations")


class Binder:
    """Binds the rules of one pack; what is wrong with them is added to the problems of ``expressions``.

    earlier: packs whose matrices and procedures its rules may name, too.
    """

    def __init__(self, pack: Pack, earlier: Sequence[Pack], expressions: Expressions) -> None:
        self.pack, self.expressions, self.problems = pack, expressions, expressions.problems
        latest_first = [pack, *reversed(earlier)]
        self.matrices = ChainMap(*(each.matrices for each in latest_first))
        self.procedures = ChainMap(*(each.procedures for each in latest_first))

    def note_evaluator(self, clause: Clause, source: Source) -> Evaluator | None:
        """Which subjects the note of a clause concerns, compiled; None where it has no condition, or a wrong one."""
        when = clause.note_when
        if when is None or when.applies is None:
            return None
        expression = self.expressions.condition(when.applies, scope_of(when.subject), f"note_when of {clause.id}", source)
        if expression is None:
            return None
        return compile_condition(None, expression, code_of(when.subject), clause.id)

    def bound(self, rule: Rule, source: Source) -> LoadedRule:
        """A rule, ready to be evaluated unless something was wrong with it."""
        about_site = self.pack.info.about == "site"
        loaded = LoadedRule(rule, self.pack.info.id, source.start, scope_of(rule.subject), about_site=about_site)
        before = len(self.problems)
        loaded.applies = self.expressions.condition(rule.applies, loaded.scope, "applies", source)
        if rule.matrix is not None:
            self._bind_matrix(loaded, source)
        elif rule.procedure is not None:
            self._bind_procedure(loaded, source)
        else:
            loaded.require = self.expressions.condition(rule.require, loaded.scope, "require", source)
        for text in filter(None, (rule.message, rule.inquire_message, rule.remedy)):
            self._bind_placeholders(loaded, text, source)
        for position in range(len(rule.changes)):
            loaded.changes.append(changes.bound(loaded, position, source, self.expressions))
        if len(self.problems) == before and loaded.require is not None:
            loaded.evaluator = compile_condition(loaded.applies, loaded.require, code_of(rule.subject), rule.id)
        return loaded

    def _bind_matrix(self, loaded: LoadedRule, source: Source) -> None:
        rule, place = loaded.rule, source.place("matrix")
        matrix = self.matrices.get(rule.matrix or "")
        if matrix is None:
            hint = did_you_mean(rule.matrix, self.matrices)
            self.problems.append(
                Problem(Said(f"matrix {rule.matrix!r} is not known", f"対応表 {rule.matrix!r} が見つかりません"), place, hint)
            )
            return
        if rule.column not in matrix.columns:
            self.problems.append(
                Problem(
                    Said(
                        f"matrix {matrix.id} has no column {rule.column!r}",
                        f"対応表 {matrix.id} に列 {rule.column!r} がありません",
                    ),
                    place,
                    did_you_mean(rule.column, matrix.columns),
                )
            )
            return
        for row in matrix.rows:
            for key in row.match:
                if key not in matrix.keys:
                    self.problems.append(
                        Problem(
                            Said(
                                f"matrix {matrix.id}: row {row.label.en!r} names the unknown key {key!r}",
                                f"対応表 {matrix.id}: 行 {row.label.ja!r} に不明なキー {key!r} があります",
                            ),
                            place,
                            did_you_mean(key, matrix.keys),
                        )
                    )
        code = code_of(rule.subject)
        keys = {key: self.expressions.value(text, loaded.scope, "matrix", source) for key, text in matrix.keys.items()}
        found = {key: expression for key, expression in keys.items() if expression is not None}
        loaded.key_expressions = list(found.values())
        loaded.keys = compile_values(found, {}, code)
        loaded.table = Table(matrix)
        if loaded.applies is not None:
            loaded.evaluator = compile_condition(None, loaded.applies, code, rule.id)

    def _bind_procedure(self, loaded: LoadedRule, source: Source) -> None:
        rule, place = loaded.rule, source.place("procedure")
        loaded.procedure = self.procedures.get(rule.procedure or "")
        if loaded.procedure is None:
            self.problems.append(
                Problem(
                    Said(f"procedure {rule.procedure!r} is not known", f"手順 {rule.procedure!r} が見つかりません"),
                    place,
                    did_you_mean(rule.procedure, self.procedures),
                )
            )
        if rule.subject not in ("job", "runbook"):
            said = Said(
                "written steps belong to a job or a runbook", "手順を対象にできるのは、ジョブまたは手順書のルールだけです"
            )
            hint = Said("subject: job, or runbook", "subject に job または runbook を指定してください")
            self.problems.append(Problem(said, place, hint))
        if loaded.applies is not None:
            loaded.evaluator = compile_condition(None, loaded.applies, code_of(rule.subject), rule.id)

    def _bind_placeholders(self, loaded: LoadedRule, text: Text, source: Source) -> None:
        for language in (text.en, text.ja):
            for inner in PLACEHOLDER.findall(language):
                if inner in _SPECIAL_PLACEHOLDERS or inner in loaded.placeholders:
                    continue
                expression = self.expressions.value(inner, loaded.scope, "message", source)
                if expression is not None:
                    loaded.placeholders[inner] = expression
