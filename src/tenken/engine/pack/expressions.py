"""The expressions of a pack: parsed, and checked against the inventory's own schema and the definitions in force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tenken.document.place import Place
from tenken.document.problem import Problem
from tenken.document.said import Said
from tenken.engine import nodes
from tenken.engine.cel import check, syntax
from tenken.engine.pack.source import Source
from tenken.model.rule import PackInfo
from tenken.model.schema import BOOL

Scope = Mapping[str, type[nodes.Node]]
"""The names that an expression may use, and what each stands for (``scope_of``)."""


class Expressions:
    """Checks expressions; what is wrong with one is added to ``problems``, and there is None in its place."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.definitions: check.Definitions = {}

    def define(self, info: PackInfo, file: Path) -> None:
        """Put the definitions of a pack in force, over those of the same name. ``file``: its pack.yaml."""
        for owner, named in info.definitions.items():
            for name, text in named.items():
                try:
                    self.definitions[owner, name] = syntax.parse(text)
                except syntax.CelError as error:
                    self._wrong_definition(f"{owner}.{name}", error, file)
        for (kind, name), expression in list(self.definitions.items()):
            variables = {nodes.KINDS[kind].variable: check.node_type(nodes.KINDS[kind])}
            try:
                check.check(syntax.copied(expression), variables, self.definitions)
            except syntax.CelError as error:
                self._wrong_definition(f"{kind}.{name}", error, file)

    def _wrong_definition(self, name: str, error: syntax.CelError, file: Path) -> None:
        said = Said(f"definition {name}: {error.said.en}", f"定義 {name}: {error.said.ja}")
        self.problems.append(Problem(said, Place(str(file)), error.hint))

    def condition(self, text: str | None, scope: Scope, key: str, source: Source) -> syntax.Expr | None:
        """An expression that is true, false or unknown. ``key``: where it stands in the source; None where there is no text."""
        return self._checked(text, scope, key, source, must_be_bool=True)

    def value(self, text: str | None, scope: Scope, key: str, source: Source) -> syntax.Expr | None:
        """An expression of any type."""
        return self._checked(text, scope, key, source, must_be_bool=False)

    def _checked(self, text: str | None, scope: Scope, key: str, source: Source, must_be_bool: bool) -> syntax.Expr | None:
        if text is None:
            return None
        variables = {name: check.node_type(cls) for name, cls in scope.items()}
        try:
            expression = check.check(syntax.parse(text), variables, self.definitions)
            if must_be_bool and expression.type.kind != BOOL.kind:
                raise syntax.CelError(
                    Said(
                        f"must be true or false, not a {expression.type}",
                        f"真偽値になる式を記述してください（現在の型: {expression.type}）",
                    ),
                    0,
                )
            return expression
        except syntax.CelError as error:
            place = source.place_in(text, error.offset, key)
            self.problems.append(Problem(error.said.each(lambda text: f"{key}: {text}"), place, error.hint))
            return None
