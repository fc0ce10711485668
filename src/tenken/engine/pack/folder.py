"""Loads packs: reads every file, checks every expression, compiles every rule; all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tenken.document import yaml_text
from tenken.document.place import Place, Route, dotted
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.document.text import decode, read_bytes
from tenken.engine import nodes
from tenken.engine.cel import check, syntax
from tenken.engine.cel.compile import Evaluator, Program, compile_condition, compile_value
from tenken.engine.matrix import Table
from tenken.engine.seal import digest_of, files_of, name_of
from tenken.model.procedure import Procedure
from tenken.model.rule import PLACEHOLDER, Change, Clause, FactLabel, Matrix, PackInfo, Rule, RuleOverride, Text
from tenken.model.schema import BOOL, Type, fields_of, type_at

_SPECIAL_PLACEHOLDERS = ("matrix.value", "matrix.nearest", "matrix.row", "procedure.deviations")


@dataclass(slots=True)
class LoadedChange:
    """A way out of a violation with its checked expressions."""

    change: Change
    each: syntax.Expr | None = None
    move: syntax.Expr | None = None
    when: syntax.Expr | None = None
    values: dict[str, syntax.Expr] = field(default_factory=dict)
    """Of compute, add and drop, by the name of the fact."""


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
    table: Table | None = None
    procedure: Procedure | None = None
    keys: list[Program] = field(default_factory=list)
    key_expressions: list[syntax.Expr] = field(default_factory=list)
    placeholders: dict[str, syntax.Expr] = field(default_factory=dict)
    changes: list[LoadedChange] = field(default_factory=list)
    about_site: bool = True
    """It judges the site, not merely what was stated of it: only then something was checked."""

    @property
    def id(self) -> str:
        return self.rule.id


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


def load(folders: Iterable[Path], examples: bool = True) -> Catalog:
    """The rules in force. Later packs add rules and may override the level of earlier ones, or switch them off.

    examples: read the rules' examples too; a check does without them, and they are most of the text.

    Raises InputError with every mistake of every file: place, what is wrong, and a suggestion.
    """
    problems: list[Problem] = []
    packs: list[Pack] = []
    for folder in folders:
        packs += _Loader(folder, problems, packs, examples).load()
    rules = _in_force(packs, problems)
    clauses = {clause.id: clause for pack in packs for clause in pack.clauses.values()}
    bound = [(f"rule {rule.id}", rule.rule.clauses, rule.place) for rule in rules.values()]
    for pack in packs:
        for procedure in pack.procedures.values():
            bound.append((f"procedure {procedure.id}", procedure.clauses, Place(pack.path)))
    for what, named, place in bound:
        for clause in named:
            if clause not in clauses:
                problems.append(Problem(f"{what}: clause {clause!r} is not known", place, did_you_mean(clause, clauses)))
    if problems:
        raise InputError(problems)
    labels = {path: label for pack in packs for path, label in pack.labels.items()}
    procedures = {procedure.id: procedure for pack in packs for procedure in pack.procedures.values()}
    evaluators = {name: found for pack in packs for name, found in pack.note_evaluators.items()}
    return Catalog(packs, rules, clauses, labels, procedures, evaluators)


def _in_force(packs: list[Pack], problems: list[Problem]) -> dict[str, LoadedRule]:
    rules: dict[str, LoadedRule] = {}
    for pack in packs:
        for rule in pack.rules.values():
            if rule.id in rules:
                message = f"rule {rule.id!r} exists already, at {rules[rule.id].place}"
                problems.append(Problem(message, rule.place, "choose another id, or change the level with overrides.yaml"))
            rules[rule.id] = rule
        for override, place in pack.overrides:
            target = rules.get(override.id)
            if target is None:
                problems.append(Problem(f"override of unknown rule {override.id!r}", place, did_you_mean(override.id, rules)))
            elif not override.enabled:
                del rules[override.id]
            elif override.level is not None:
                target.rule = target.rule.model_copy(update={"level": override.level})
    return rules


def scope_of(kind: str) -> dict[str, type[nodes.Node]]:
    """The names that a rule on a subject of this kind sees: itself, its owner, the site."""
    cls = nodes.KINDS[kind]
    names: dict[str, type[nodes.Node]] = {cls.variable: cls}
    for owner in nodes.PARENTS.get(kind, ()):
        names[owner] = nodes.KINDS[owner]
    names["site"] = nodes.SiteNode
    return names


def code_of(kind: str) -> dict[str, str]:
    """What a rule's names are in its compiled code, by the kind of its subject."""
    cls = nodes.KINDS[kind]
    code = {owner: f"subject.{owner}" for owner in nodes.PARENTS.get(kind, ())}
    return {**code, "site": "site", cls.variable: "subject"}


def _member_class(type_: Type) -> type | None:
    """The class of an expression, or of the members of a list, or of lists in a list."""
    return _of_members(type_).cls


def _of_members(type_: Type) -> Type:
    """The type of the members of a list, or of lists in a list; of anything else its own."""
    return _of_members(type_.item) if type_.kind == "list" and type_.item is not None else type_


def _facts_class(cls: type | None) -> type | None:
    return cls.facts if cls is not None and issubclass(cls, nodes.Node) else cls


def _fits(value: Any, type_: Type) -> bool:
    """Whether a value that a pack states is one of a fact's type. Scalars of packs are text, as the inventory's are."""
    if type_.kind == "list":
        return isinstance(value, list) and all(type_.item is None or _fits(item, type_.item) for item in value)
    if isinstance(value, dict):
        facts = fields_of(type_.cls) if type_.kind == "object" and type_.cls is not None else {}
        return all(name in facts and _fits(inner, facts[name]) for name, inner in value.items())
    if type_.kind == "bool":
        return value in (True, False, "true", "false")
    if type_.kind == "object":
        return type_.or_none and value == "none"
    return value in type_.words if type_.words else isinstance(value, str) or (value == "none" and type_.or_none)


_EXAMPLES = re.compile(r"^examples:[ \t]*\n(?:[ \t#-][^\n]*\n?|\n)*\Z", re.MULTILINE)


def _without_examples(text: str) -> str:
    """The text of a rule up to its examples, where they stand last; else the whole text."""
    return _EXAMPLES.sub("", text)


class _Loader:
    """Reads one folder."""

    def __init__(self, folder: Path, problems: list[Problem], earlier: list[Pack], examples: bool) -> None:
        self.folder, self.problems, self.examples = folder, problems, examples
        self.definitions: check.Definitions = {}
        self.earlier = earlier
        self.texts: dict[str, str] = {}

    def load(self) -> list[Pack]:
        if not self.folder.is_dir():
            self.problems.append(
                Problem("is not a folder of rules", Place(str(self.folder)), "--rules takes a folder with a pack.yaml")
            )
            return []
        files = files_of(self.folder)
        info_file = self.folder / "pack.yaml"
        if info_file not in files:
            self.problems.append(
                Problem("there is no pack.yaml", Place(str(self.folder)), "a pack states its id, edition and title there")
            )
            return []
        parts: list[tuple[str, bytes]] = []
        trees: dict[Path, Any] = {}
        for file in files:
            data = read_bytes(file, str(file))
            parts.append((name_of(file, self.folder), data))
            try:
                text = self.texts[str(file)] = decode(data, str(file))
                trees[file] = yaml_text.parse(text if self.examples else _without_examples(text), str(file))
            except InputError as error:
                self.problems += error.problems
        info = self._validate(PackInfo, trees.pop(info_file, {}), info_file)
        if info is None:
            return []
        pack = Pack(info, str(self.folder), digest_of(parts))
        self._define(pack, info_file)
        self._read_lists(pack, trees)
        self._read_matrices(pack, trees)
        self._read_procedures(pack, trees)
        self._read_rules(pack, trees)
        return [pack]

    def _read_lists(self, pack: Pack, trees: dict[Path, Any]) -> None:
        for site in [file for file in trees if file.name == "example-site.yaml"]:
            del trees[site]
            pack.example_sites[site.parent] = site
        for clause in self._take_list(trees, "clauses.yaml", Clause):
            pack.clauses[clause.id] = clause
            self._compile_note(pack, clause, self.folder / "clauses.yaml")
        file = self.folder / "facts.yaml"
        for path, tree in (trees.pop(file, None) or {}).items():
            label = self._validate(FactLabel, tree, file)
            if label is not None:
                pack.labels[path] = label
        file = self.folder / "overrides.yaml"
        for override in self._take_list(trees, "overrides.yaml", RuleOverride):
            pack.overrides.append((override, Place(str(file), 1, 1)))

    def _compile_note(self, pack: Pack, clause: Clause, file: Path) -> None:
        when = clause.note_when
        if when is None or when.applies is None:
            return
        variables = {name: check.node_type(cls) for name, cls in scope_of(when.subject).items()}
        expression = self._expression(when.applies, variables, BOOL, f"note_when of {clause.id}", {}, file)
        if expression is not None:
            pack.note_evaluators[clause.id] = compile_condition(None, expression, code_of(when.subject), clause.id)

    def _take_list(self, trees: dict[Path, Any], name: str, cls: Any) -> list[Any]:
        file = self.folder / name
        entries = trees.pop(file, None)
        if entries is None:
            return []
        return [found for entry in entries if (found := self._validate(cls, entry, file)) is not None]

    def _validate(self, cls: Any, tree: Any, file: Path) -> Any:
        try:
            return TypeAdapter(cls).validate_python(tree)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                route: Route = error["loc"]
                place = yaml_text.locate(tree, route, str(file))
                if error["type"] == "extra_forbidden":
                    message = f"unknown key {route[-1]!r}"
                    hint = did_you_mean(route[-1], getattr(cls, "model_fields", {}))
                else:
                    message, hint = f"{dotted(route)}: {error['msg']}", None
                self.problems.append(Problem(message, place, hint))
            return None

    def _define(self, pack: Pack, file: Path) -> None:
        for earlier in self.earlier:
            self._parse_definitions(earlier.info, Path(earlier.path) / "pack.yaml")
        self._parse_definitions(pack.info, file)

    def _parse_definitions(self, info: PackInfo, file: Path) -> None:
        for owner, named in info.definitions.items():
            for name, text in named.items():
                try:
                    self.definitions[owner, name] = syntax.parse(text)
                except syntax.CelError as error:
                    self.problems.append(Problem(f"definition {owner}.{name}: {error.message}", Place(str(file)), error.hint))
        for (kind, name), expression in list(self.definitions.items()):
            variables = {nodes.KINDS[kind].variable: check.node_type(nodes.KINDS[kind])}
            try:
                check.check(syntax.copied(expression), variables, self.definitions)
            except syntax.CelError as error:
                self.problems.append(Problem(f"definition {kind}.{name}: {error.message}", Place(str(file)), error.hint))

    def _read_matrices(self, pack: Pack, trees: dict[Path, Any]) -> None:
        for file in [file for file in trees if file.parent.name == "matrices"]:
            matrix = self._validate(Matrix, trees.pop(file), file)
            if matrix is not None:
                self._check_name(matrix.id, file)
                pack.matrices[matrix.id] = matrix

    def _read_procedures(self, pack: Pack, trees: dict[Path, Any]) -> None:
        for file in [file for file in trees if file.parent.name == "procedures"]:
            procedure = self._validate(Procedure, trees.pop(file), file)
            if procedure is not None:
                self._check_name(procedure.id, file)
                pack.procedures[procedure.id] = procedure

    def _read_rules(self, pack: Pack, trees: dict[Path, Any]) -> None:
        for file, tree in trees.items():
            rule = self._validate(Rule, tree, file)
            if rule is None:
                continue
            self._check_name(rule.id, file)
            if rule.id in pack.rules:
                self.problems.append(
                    Problem(f"rule {rule.id!r} exists twice", Place(str(file), 1, 1), f"also {pack.rules[rule.id].place}")
                )
            place, about_site = Place(str(file), 1, 1), pack.info.about == "site"
            loaded = LoadedRule(rule, pack.info.id, place, scope_of(rule.subject), about_site=about_site)
            self._compile(loaded, pack, tree, file)
            pack.rules[rule.id] = loaded

    def _check_name(self, identifier: str, file: Path) -> None:
        if identifier != file.stem:
            self.problems.append(
                Problem(
                    f"the id {identifier!r} must be the file's name", Place(str(file), 1, 1), f"rename it to {identifier}.yaml"
                )
            )

    def _compile(self, loaded: LoadedRule, pack: Pack, tree: Any, file: Path) -> None:
        rule = loaded.rule
        before = len(self.problems)
        variables = {name: check.node_type(cls) for name, cls in loaded.scope.items()}
        loaded.applies = self._expression(rule.applies, variables, BOOL, "applies", tree, file)
        if rule.matrix is not None:
            self._bind_matrix(loaded, pack, variables, tree, file)
        elif rule.procedure is not None:
            self._bind_procedure(loaded, pack, tree, file)
        else:
            loaded.require = self._expression(rule.require, variables, BOOL, "require", tree, file)
        for text in filter(None, (rule.message, rule.inquire_message, rule.remedy)):
            self._bind_placeholders(loaded, text, variables, tree, file)
        for position, change in enumerate(rule.changes):
            loaded.changes.append(self._bind_change(loaded, change, position, variables, tree, file))
        if len(self.problems) == before and loaded.require is not None:
            loaded.evaluator = compile_condition(loaded.applies, loaded.require, code_of(rule.subject), rule.id)

    def _bind_matrix(self, loaded: LoadedRule, pack: Pack, variables: dict[str, Type], tree: Any, file: Path) -> None:
        rule = loaded.rule
        matrices = {name: matrix for known in [*self.earlier, pack] for name, matrix in known.matrices.items()}
        matrix = matrices.get(rule.matrix or "")
        place = yaml_text.locate(tree, ("matrix",), str(file))
        if matrix is None:
            self.problems.append(Problem(f"matrix {rule.matrix!r} is not known", place, did_you_mean(rule.matrix, matrices)))
            return
        if rule.column not in matrix.columns:
            self.problems.append(
                Problem(f"matrix {matrix.id} has no column {rule.column!r}", place, did_you_mean(rule.column, matrix.columns))
            )
            return
        for row in matrix.rows:
            for key in row.match:
                if key not in matrix.keys:
                    self.problems.append(
                        Problem(
                            f"matrix {matrix.id}: row {row.label.en!r} names the unknown key {key!r}",
                            place,
                            did_you_mean(key, matrix.keys),
                        )
                    )
        code = code_of(rule.subject)
        for text in matrix.keys.values():
            expression = self._expression(text, variables, None, "matrix", tree, file)
            if expression is not None:
                loaded.key_expressions.append(expression)
                loaded.keys.append(compile_value(expression, code))
        loaded.table = Table(matrix)
        if loaded.applies is not None:
            loaded.evaluator = compile_condition(None, loaded.applies, code, rule.id)

    def _bind_procedure(self, loaded: LoadedRule, pack: Pack, tree: Any, file: Path) -> None:
        rule = loaded.rule
        known = {name: found for each in [*self.earlier, pack] for name, found in each.procedures.items()}
        loaded.procedure = known.get(rule.procedure or "")
        place = yaml_text.locate(tree, ("procedure",), str(file))
        if loaded.procedure is None:
            self.problems.append(
                Problem(f"procedure {rule.procedure!r} is not known", place, did_you_mean(rule.procedure, known))
            )
        if rule.subject not in ("job", "runbook"):
            self.problems.append(Problem("written steps belong to a job or a runbook", place, "subject: job, or runbook"))
        if loaded.applies is not None:
            loaded.evaluator = compile_condition(None, loaded.applies, code_of(rule.subject), rule.id)

    def _bind_placeholders(self, loaded: LoadedRule, text: Text, variables: dict[str, Type], tree: Any, file: Path) -> None:
        for language in (text.en, text.ja):
            for inner in PLACEHOLDER.findall(language):
                if inner in _SPECIAL_PLACEHOLDERS or inner in loaded.placeholders:
                    continue
                expression = self._expression(inner, variables, None, "message", tree, file)
                if expression is not None:
                    loaded.placeholders[inner] = expression

    def _bind_change(
        self, loaded: LoadedRule, change: Change, position: int, variables: dict[str, Type], tree: Any, file: Path
    ) -> LoadedChange:
        """A change with its expressions; what it sets must be a fact of the objects that it is made on, and of its type."""
        place = yaml_text.locate(tree, ("changes", position), str(file))
        each = self._expression(change.each, variables, None, "changes", tree, file)
        move = self._expression(change.move, variables, None, "changes", tree, file)
        when = self._expression(change.when, variables, BOOL, "changes", tree, file)
        texts = dict([*change.compute.items(), *change.add.items(), *change.drop.items()])
        values = {
            name: self._expression(text, variables, None, "changes", tree, file)
            for name, text in texts.items()
            if isinstance(text, str)
        }
        if move is not None and _member_class(move.type) is not nodes.VmNode:
            self.problems.append(Problem(f"changes: move is a {move.type}", place, "it names a VM, or a list of VMs"))
        cls = _facts_class(_member_class(each.type) if each is not None else nodes.KINDS[loaded.rule.subject])
        if change.each is None or each is not None:
            for name in (*change.set, *change.nearest, *texts):
                type_ = type_at(cls, tuple(name.split("."))) if cls is not None else None
                if type_ is None:
                    known = did_you_mean(name, fields_of(cls)) if cls is not None else None
                    message = f"changes: {name!r} is no fact of {cls.__name__ if cls else each}"
                    self.problems.append(Problem(message, place, known))
                    continue
                given = change.set.get(name, change.add.get(name) if name not in values else None)
                if given is not None and not _fits(given, type_):
                    self.problems.append(Problem(f"changes: {given!r} is no value of {name}", place, f"it is a {type_}"))
                if (name in change.add or name in change.drop) and type_.kind != "list":
                    self.problems.append(Problem(f"changes: {name!r} is no list", place, f"it is a {type_}"))
                value = values.get(name)
                if value is not None and _of_members(value.type).kind != _of_members(type_).kind:
                    self.problems.append(Problem(f"changes: {name} would be a {value.type}", place, f"it is a {type_}"))
        for key in change.nearest.values():
            if loaded.table is not None and key not in loaded.table.matrix.versions:
                known = did_you_mean(key, loaded.table.matrix.versions)
                self.problems.append(Problem(f"changes: {key!r} is no version of the matrix", place, known))
        return LoadedChange(change, each, move, when, values)

    def _expression(
        self, text: str | None, variables: dict[str, Type], wanted: Type | None, key: str, tree: Any, file: Path
    ) -> Any:
        if text is None:
            return None
        try:
            expression = check.check(syntax.parse(text), dict(variables), self.definitions)
            if wanted is not None and expression.type.kind != wanted.kind:
                raise syntax.CelError(f"must be true or false, not a {expression.type}", 0)
            return expression
        except syntax.CelError as error:
            self.problems.append(
                Problem(f"{key}: {error.message}", self._place_in(text, error.offset, key, tree, file), error.hint)
            )
            return None

    def _place_in(self, text: str, offset: int, key: str, tree: Any, file: Path) -> Place:
        """The place of a character of an expression, where the expression stands on one line of the file."""
        place = yaml_text.locate(tree, (key,), str(file))
        lines = self.texts[str(file)].splitlines()
        for number in range((place.line or 1) - 1, min((place.line or 1) + 40, len(lines))):
            column = lines[number].find(text)
            if column >= 0:
                return Place(str(file), number + 1, column + offset + 1)
        return place
