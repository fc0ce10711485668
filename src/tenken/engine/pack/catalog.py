"""What loading makes of packs: rules that are ready to be evaluated, the packs that they stand in, and the catalog of a run."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from tenken.document.place import Place
from tenken.engine import nodes
from tenken.engine.cel import syntax
from tenken.engine.cel.compile import Evaluator, Program
from tenken.engine.matrix import Table
from tenken.model.procedure import Procedure
from tenken.model.rule import Change, Clause, FactLabel, Matrix, PackInfo, Rule, RuleOverride, Text


@dataclass(slots=True)
class LoadedChange:
    """A way out of a violation with its checked expressions."""

    change: Change
    each: syntax.Expr | None = None
    move: syntax.Expr | None = None
    when: syntax.Expr | None = None
    values: dict[str, syntax.Expr] = field(default_factory=dict)
    """Of compute, add and drop, by the name of the fact."""


class SharedCondition(NamedTuple):
    """A condition that several rules begin with. The same code is the same condition."""

    code: str
    program: Program


@dataclass(slots=True)
class LoadedRule:
    """A rule with its checked expressions and its compiled form."""

    rule: Rule
    pack: str
    place: Place
    scope: dict[str, type[nodes.Node]]
    applies: syntax.Expr | None = None
    require: syntax.Expr | None = None
    evaluator: Evaluator | None = None
    shared: tuple[SharedCondition, ...] = ()
    """What it begins with as other rules do: where one of these does not hold, it does not apply."""
    table: Table | None = None
    procedure: Procedure | None = None
    keys: Program | None = None
    """The values of its matrix's keys, as a tuple."""
    key_expressions: list[syntax.Expr] = field(default_factory=list)
    placeholders: dict[str, syntax.Expr] = field(default_factory=dict)
    changes: list[LoadedChange] = field(default_factory=list)
    about_site: bool = True
    """It judges the site, not merely what was stated of it: only then something was checked."""
    _folded: bytes = field(default=b"", repr=False, compare=False)
    """The expressions as they were kept. A run needs the compiled form of every rule, and the expressions of few."""

    @property
    def id(self) -> str:
        return self.rule.id

    def __getstate__(self) -> dict[str, Any]:
        state = {each.name: getattr(self, each.name) for each in fields(self)}
        state["_folded"] = pickle.dumps({name: state.pop(name) for name in _EXPRESSIONS}, protocol=5)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: the expressions of a rule that was kept."""
        if name not in _EXPRESSIONS:
            raise AttributeError(name)
        for expression, value in pickle.loads(self._folded).items():
            setattr(self, expression, value)
        return getattr(self, name)


_EXPRESSIONS = ("applies", "require", "key_expressions", "placeholders")


@dataclass(slots=True)
class Pack:
    """One loaded pack."""

    info: PackInfo
    path: str
    digest: str
    rules: dict[str, LoadedRule] = field(default_factory=dict)
    matrices: dict[str, Matrix] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    labels: dict[str, FactLabel] = field(default_factory=dict)
    note_evaluators: dict[str, Evaluator] = field(default_factory=dict)
    overrides: list[tuple[RuleOverride, Place]] = field(default_factory=list)
    example_sites: dict[Path, Path] = field(default_factory=dict)
    """By folder: the site that the examples of its rules start from, laid over those of the folders above."""


@dataclass(slots=True)
class Catalog:
    """All packs of a run: rules in force by id, and what they refer to."""

    packs: list[Pack]
    rules: dict[str, LoadedRule]
    clauses: dict[str, Clause]
    labels: dict[str, FactLabel]
    procedures: dict[str, Procedure]
    note_evaluators: dict[str, Evaluator]
    """By clause: which subjects a note concerns, compiled."""
    told: list[Text] = field(default_factory=list)
    """What a reader of the report must know of the rules in force: which are switched off, or have another level."""

    @property
    def guide_clauses(self) -> list[Clause]:
        """The clauses of guides: what tenken demands of an inventory itself is none."""
        return [clause for pack in self.packs if pack.info.about == "site" for clause in pack.clauses.values()]
