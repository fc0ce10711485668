"""Reads one pack from its folder: every file validated, every part where its file or folder says that it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tenken.document import marked
from tenken.document.place import Place, Route, dotted
from tenken.document.problem import Problem, did_you_mean, one_of
from tenken.document.said import Said
from tenken.document.wording import LIST, MAPPING, first_at, is_not, misfit, must_be, of_validator, required, show, words_of
from tenken.engine.pack import source as sources
from tenken.engine.pack.catalog import Pack
from tenken.engine.pack.expressions import Expressions
from tenken.engine.pack.rules import Binder
from tenken.engine.pack.seal import files_of
from tenken.engine.pack.source import Source
from tenken.model.procedure import Procedure
from tenken.model.rule import Clause, FactLabel, Matrix, PackInfo, Rule, RuleOverride


def read(folder: Path, earlier: Sequence[Pack], examples: bool, problems: list[Problem]) -> Pack | None:
    """The pack in a folder, with all its mistakes added to the problems; None where it is none.

    earlier: packs whose definitions, matrices and procedures it may use; examples: read those of its rules, too.
    """
    if not folder.is_dir():
        said = Said("is not a folder of rules", "ルールのフォルダではありません")
        hint = Said("--rules takes a folder with a pack.yaml", "--rules には pack.yaml のあるフォルダを指定してください")
        problems.append(Problem(said, Place(str(folder)), hint))
        return None
    files = files_of(folder)
    if folder / "pack.yaml" not in files:
        said = Said("there is no pack.yaml", "pack.yaml がありません")
        hint = Said(
            "a pack states its id, edition and title there", "pack.yaml にルールパックの id、edition、title を記述してください"
        )
        problems.append(Problem(said, Place(str(folder)), hint))
        return None
    found, digest = sources.read(folder, files, examples, problems)
    return _Reader(folder, found, problems).pack(digest, earlier)


class _Reader:
    """Takes the files of a folder for what they are; what is left in the end are rules."""

    def __init__(self, folder: Path, left: dict[Path, Source], problems: list[Problem]) -> None:
        self.folder, self.left, self.problems = folder, left, problems

    def pack(self, digest: str, earlier: Sequence[Pack]) -> Pack | None:
        source = self._taken("pack.yaml")
        info: PackInfo | None = self._validated(PackInfo, source.tree, source.file)
        if info is None:
            return None
        pack = Pack(info, str(self.folder), digest)
        expressions = Expressions(self.problems)
        for other in earlier:
            expressions.define(other.info, Path(other.path) / "pack.yaml")
        expressions.define(info, source.file)
        binder = Binder(pack, earlier, expressions)
        self._read_example_sites(pack)
        self._read_clauses(pack, binder)
        self._read_labels(pack)
        self._read_overrides(pack)
        self._read_matrices(pack)
        self._read_procedures(pack)
        self._read_rules(pack, binder)
        return pack

    def _read_example_sites(self, pack: Pack) -> None:
        for file in [file for file in self.left if file.name == "example-site.yaml"]:
            del self.left[file]
            pack.example_sites[file.parent] = file

    def _read_clauses(self, pack: Pack, binder: Binder) -> None:
        source = self._taken("clauses.yaml")
        for clause in self._entries(source, Clause):
            pack.clauses[clause.id] = clause
            evaluator = binder.note_evaluator(clause, source)
            if evaluator is not None:
                pack.note_evaluators[clause.id] = evaluator

    def _read_labels(self, pack: Pack) -> None:
        source = self._taken("facts.yaml")
        for path, tree in self._whole(source, dict).items():
            label = self._validated(FactLabel, tree, source.file)
            if label is not None:
                pack.labels[path] = label

    def _read_overrides(self, pack: Pack) -> None:
        source = self._taken("overrides.yaml")
        pack.overrides += [(override, source.start) for override in self._entries(source, RuleOverride)]

    def _read_matrices(self, pack: Pack) -> None:
        for source in self._taken_from("matrices"):
            matrix = self._validated(Matrix, source.tree, source.file)
            if matrix is not None:
                self._check_name(matrix.id, source)
                pack.matrices[matrix.id] = matrix

    def _read_procedures(self, pack: Pack) -> None:
        for source in self._taken_from("procedures"):
            procedure = self._validated(Procedure, source.tree, source.file)
            if procedure is not None:
                self._check_name(procedure.id, source)
                pack.procedures[procedure.id] = procedure

    def _read_rules(self, pack: Pack, binder: Binder) -> None:
        for source in self.left.values():
            rule = self._validated(Rule, source.tree, source.file)
            if rule is None:
                continue
            self._check_name(rule.id, source)
            if rule.id in pack.rules:
                self.problems.append(
                    Problem(
                        Said(f"rule {rule.id!r} exists twice", f"ルール {rule.id!r} が重複しています"),
                        source.start,
                        first_at(pack.rules[rule.id].place),
                    )
                )
            pack.rules[rule.id] = binder.bound(rule, source)

    def _taken(self, name: str) -> Source:
        """A file of the folder itself; one that says nothing where there is none, or none that can be parsed."""
        file = self.folder / name
        return self.left.pop(file, None) or Source(file, "", {})

    def _taken_from(self, name: str) -> list[Source]:
        """The files of all folders of a name."""
        return [self.left.pop(file) for file in list(self.left) if file.parent.name == name]

    def _entries(self, source: Source, cls: Any) -> list[Any]:
        """What stands in a file that is a list of one kind, as far as it is valid."""
        entries = [self._validated(cls, entry, source.file) for entry in self._whole(source, list)]
        return [entry for entry in entries if entry is not None]

    def _whole(self, source: Source, kind: type) -> Any:
        """A file that is a list or a mapping; an empty one where it says nothing, or is another thing, which is told."""
        if isinstance(source.tree, kind):
            return source.tree
        if source.tree:
            said = must_be(source.file.name, LIST if kind is list else MAPPING, show(source.tree))
            self.problems.append(Problem(said, source.start))
        return kind()

    def _validated(self, cls: Any, tree: Any, file: Path) -> Any:
        """What a tree says, as an object of a class of the model; None, and every mistake told, where it is none."""
        try:
            return TypeAdapter(cls).validate_python(tree)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                route: Route = error["loc"]
                place = marked.locate(tree, route, str(file))
                if error["type"] == "extra_forbidden":
                    said = Said(f"unknown key {route[-1]!r}", f"不明なキー {route[-1]!r} があります")
                    hint = did_you_mean(route[-1], getattr(cls, "model_fields", {}))
                elif error["type"] == "literal_error":
                    said, words = is_not(dotted(route), show(error["input"])), words_of(error)
                    hint = did_you_mean(error["input"], words) or one_of(words)
                else:
                    said, hint = _wrong(dotted(route), error), None
                self.problems.append(Problem(said, place, hint))
            return None

    def _check_name(self, identifier: str, source: Source) -> None:
        if identifier != source.file.stem:
            self.problems.append(
                Problem(
                    Said(f"the id {identifier!r} must be the file's name", f"ID {identifier!r} とファイル名が異なります"),
                    source.start,
                    Said(f"rename it to {identifier}.yaml", f"ファイル名を {identifier}.yaml にしてください"),
                )
            )


def _wrong(name: str, error: Any) -> Said:
    """What pydantic finds wrong with a key."""
    if error["type"] == "missing":
        return required(name)
    said = misfit(name, error["type"], show(error["input"]))
    if said is not None:
        return said
    detail = of_validator(error)
    return Said(f"{name}: {detail.en}" if name else detail.en, f"{name}: {detail.ja}" if name else detail.ja)
