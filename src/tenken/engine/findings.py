"""From outcomes to the report: every result with its place, its clause, the facts that decided it, and a remedy."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from tenken.document.place import Place, Route
from tenken.engine.cel.compile import Program, compile_value
from tenken.engine.cel.trace import Fact
from tenken.engine.evaluate import NAMES, RuleRun
from tenken.engine.evidence.explain import Explanation, explain, lacking
from tenken.engine.graph import Graph
from tenken.engine.in_words import as_json, in_words, joined
from tenken.engine.nodes import Node
from tenken.engine.pack import Catalog, LoadedRule, code_of
from tenken.engine.plan import Plan
from tenken.engine.subjects import fingerprint, subject_of
from tenken.engine.verdict import Ruling
from tenken.model.report import (
    FactRead,
    Location,
    MissingFact,
    Result,
    RuleUsed,
    SubjectName,
    VerdictOf,
    generic,
    kinds_of_facts,
)
from tenken.model.rule import PLACEHOLDER, FactLabel, Text, who_knows
from tenken.model.schema import STRING

_NONE_OF_ITS_KIND = {"en": "nothing of this kind", "ja": "この種類の記載なし"}


class Told(Result):
    """A result that works out its texts, its evidence and its place when somebody asks for one of them.

    Of a hundred thousand outcomes that are unknown for want of the same facts, a page shows a few. To all who read it, to
    JSON, copies and pickles it is a Result.
    """

    __slots__ = ("lacks", "position", "tell")
    lacks: tuple[str, ...]
    position: int
    tell: Callable[[int], dict[str, Any]]

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet."""
        if name == "lacks":  # of a changed copy, which is told already
            return kinds_of_facts(self.missing)
        if name not in _LATER:
            raise AttributeError(name)
        for later, value in self.tell(self.position).items():
            setattr(self, later, value)
        return getattr(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Result, tuple(getattr(self, each.name) for each in dataclasses.fields(Result))


_LATER = ("message", "remedy", "facts", "missing", "location", "fingerprint")


class Findings:
    """Builds the results of a run."""

    def __init__(self, graph: Graph, catalog: Catalog, locate: Callable[[Route], Place]) -> None:
        self.graph, self.catalog = graph, catalog
        self._locate = locate
        self._plan = Plan(graph)
        self._locations: dict[Route, Location] = {}
        self._subjects: dict[int, SubjectName] = {}
        self._one_of_each: dict[tuple[str, str], SubjectName] = {}
        """Of subjects that are called the same, one: who is the same is seen without looking at the name."""
        self._told: dict[tuple[str, ...], Text] = {}
        self._programs: dict[tuple[str, str], Program] = {}

    def results(self, runs: Iterable[RuleRun], everything: bool = False) -> list[Result]:
        """All results that are neither pass nor not applicable; with ``everything``, those too."""
        found: list[Result] = []
        for run in runs:
            found += self._results(run, range(len(run.nodes)) if everything else run.notable_positions())
        return found

    def _results(self, run: RuleRun, positions: Iterable[int]) -> Iterator[Result]:
        rule, site, nodes, outcomes = run.rule.rule, self.graph.site, run.nodes, run.outcomes
        of_all = rule.id, rule.level, list[str](rule.bears_on), rule.clauses, rule.title, None, None, partial(self._tell, run)
        for position in positions:
            node = nodes[position]
            made = Told.__new__(Told)
            made.rule, made.level, made.bears_on, made.clauses, made.title, made.waiver, made.baseline, made.tell = of_all
            made.outcome, made.subject, made.position = NAMES[outcomes[position]], self._subject(node), position
            made.lacks = lacking(run, position, site)
            made.in_plan = self._plan.holds(rule, node)
            yield made

    def _tell(self, run: RuleRun, position: int) -> dict[str, Any]:
        rule, node, explanation = run.rule.rule, run.nodes[position], explain(run, position, self.graph.site)
        text = rule.inquire_message if explanation.outcome == "inquire" and rule.inquire_message else rule.message
        return {
            "message": self._message(run.rule, text, node, explanation),
            "remedy": self._fill(run.rule, rule.remedy, node, explanation),
            "missing": explanation.missing,
            "facts": [FactRead(fact.path, as_json(fact.value), self.location(fact.route)) for fact in _evidence(explanation)],
            "location": self._location_of(node, explanation),
            "fingerprint": fingerprint(rule.id, node, self.graph),
        }

    def remedy(self, run: RuleRun, position: int) -> Text:
        """What to do about one outcome, in words."""
        return self._fill(run.rule, run.rule.rule.remedy, run.nodes[position], explain(run, position, self.graph.site))

    def fingerprint_of(self, rule: str, node: Node) -> str:
        return fingerprint(rule, node, self.graph)

    def _subject(self, node: Node) -> SubjectName:
        found = self._subjects.get(id(node))
        if found is None:
            made = subject_of(node, self.graph)
            found = self._subjects[id(node)] = self._one_of_each.setdefault((made.kind, made.name), made)
        return found

    def _location_of(self, node: Node, explanation: Explanation) -> Location:
        """The fact that decided, where the subject itself states it; else the subject."""
        for fact in explanation.facts:
            if fact.value is not None and fact.route[: len(node.route)] == node.route and len(fact.route) > len(node.route):
                return self.location(fact.route)
        return self.location(node.route)

    def location(self, route: Route) -> Location:
        found = self._locations.get(route)
        if found is None:
            place = self._locate(route)
            found = Location.of(place)
            self._locations[route] = found
        return found

    # --- texts -----------------------------------------------------------------------------------------------------

    def _message(self, rule: LoadedRule, text: Text, node: Node, explanation: Explanation) -> Text:
        if explanation.outcome in ("pass", "not_applicable"):
            return rule.rule.title
        if explanation.outcome == "error":
            return Text(en="the rule broke on this subject", ja="この対象でルールの評価に失敗しました")
        if explanation.outcome == "unknown" and explanation.missing:
            return self._not_collected(node, explanation)
        row = explanation.cell.row if explanation.cell is not None else None
        if explanation.outcome == "unknown" and rule.rule.violation != "unknown" and row is not None:
            # The table names it, and what it says of it decides nothing: that is not "not listed".
            return Text(en=f"cannot be decided: {row.label.en}", ja=f"判定できません。{row.label.ja}")
        return self._fill(rule, text, node, explanation)

    def _not_collected(self, node: Node, explanation: Explanation) -> Text:
        """What an outcome lacks: each kind of fact once, with the names of those that lack it where it is not the subject."""
        missing = explanation.missing
        # A set was concluded from the whole site: what it holds says nothing of what it lacks.
        stated = [
            fact
            for fact in explanation.facts
            if fact.value is not None and not isinstance(fact.value, frozenset) and fact.path in missing
        ]
        key = tuple(missing) if not stated and "[" not in "".join(missing) else None
        found = self._told.get(key) if key is not None else None
        if found is None:
            who: dict[str, list[str]] = {}
            for path in missing:
                who.setdefault(generic(path), []).extend(_members_of(path, node))
            known = ", ".join(f"{fact.path} = {as_json(fact.value)}" for fact in stated)
            lacked = [(self.label(path), list(dict.fromkeys(names))) for path, names in who.items()]
            english = [f"{label.en} ({joined(names, 'en')})" if names else label.en for label, names in lacked]
            japanese = [f"{label.ja}（{joined(names, 'ja')}）" if names else label.ja for label, names in lacked]
            found = Text(
                en=f"cannot be decided: not collected: {joined(english, 'en')}" + (f" ({known})" if known else ""),
                ja=f"判定できません。未収集の情報: {joined(japanese, 'ja')}" + (f"（{known}）" if known else ""),
            )
            if key is not None:
                self._told[key] = found
        return found

    def label(self, path: str) -> FactLabel | Text:
        """What a fact is called; its path where the pack has no name for it."""
        return self.catalog.labels.get(generic(path)) or Text(en=generic(path), ja=generic(path))

    def _fill(self, rule: LoadedRule, text: Text, node: Node, explanation: Explanation) -> Text:
        english, japanese = _pieces(text.en), _pieces(text.ja)
        if len(english) == 1 and len(japanese) == 1:
            return text
        values: dict[str, Any] = {}
        for inner in (*english[1::2], *japanese[1::2]):
            if inner not in values and inner in rule.placeholders:
                values[inner] = self._program(rule, inner).run(node, self.graph.site)
        filled = {}
        for language, pieces in (("en", english), ("ja", japanese)):
            words = list(pieces)
            words[1::2] = [self._value(inner, values, rule, explanation, language) for inner in pieces[1::2]]
            filled[language] = "".join(words)
        return Text(en=filled["en"], ja=filled["ja"])

    def _program(self, rule: LoadedRule, inner: str) -> Program:
        """A placeholder, compiled when it is first asked for: most never are."""
        key = (rule.id, inner)
        if key not in self._programs:
            self._programs[key] = compile_value(rule.placeholders[inner], code_of(rule.rule.subject))
        return self._programs[key]

    def _value(self, inner: str, values: dict[str, Any], rule: LoadedRule, explanation: Explanation, language: str) -> str:
        if inner == "matrix.nearest" and rule.table is not None:
            rows = rule.table.nearest(explanation.values, rule.rule.column or "")
            labels = list(dict.fromkeys(row.label.text(language) for row in rows))
            return joined(labels, language) or _NONE_OF_ITS_KIND[language]
        if inner == "matrix.row":
            return explanation.cell.row.label.text(language) if explanation.cell and explanation.cell.row else ""
        if inner == "procedure.deviations":
            return joined([deviation.text.text(language) for deviation in explanation.deviations], language)
        if inner == "matrix.value":
            return " ".join(str(value) for value in explanation.values if value is not None)
        return in_words(values.get(inner), language, rule.placeholders[inner].type if inner in rule.placeholders else STRING)


@cache
def _pieces(text: str) -> tuple[str, ...]:
    """A text around its placeholders: what stands at odd places are these."""
    return tuple(PLACEHOLDER.split(text))


def _members_of(path: str, node: Node) -> list[str]:
    """Who lacks a fact, where that is not the subject itself: ``disk[db01/Hard disk 2].sharing`` of db01 → Hard disk 2."""
    name = path.partition("[")[2].rpartition("]")[0]
    return [name.removeprefix(f"{node.name}/")] if name else []


def _evidence(explanation: Explanation) -> list[Fact]:
    """The facts worth telling: where the outcome was decided, what was not collected decided nothing."""
    if explanation.outcome == "unknown":
        return explanation.facts
    return [
        fact for fact in explanation.facts if fact.value is not None and not (fact.value == [] and fact.path.endswith(".jobs"))
    ]


# --- what the report says about the whole --------------------------------------------------------------------------


def verdicts_of(rulings: Sequence[Ruling]) -> list[VerdictOf]:
    """What rulings say, by names. Subjects that share a judgement, or what they lie within, share the words for it."""
    names: dict[int, SubjectName] = {}
    because: dict[int, list[str]] = {}
    within: dict[int, list[str]] = {}

    def named(node: Node) -> SubjectName:
        found = names.get(id(node))
        if found is None:
            found = names[id(node)] = SubjectName(node.kind, node.name)
        return found

    told = []
    for ruling in rulings:
        judgement, around = ruling.judgement, ruling.within
        if id(judgement) not in because:
            because[id(judgement)] = sorted(judgement.rules)
        if id(around) not in within:
            within[id(around)] = [node.name for node in around]
        blocked_by = [named(node) for node in ruling.blocked_by]
        told.append(
            VerdictOf(
                named(ruling.node), ruling.method, judgement.verdict, because[id(judgement)], blocked_by, ruling.planned,
                within[id(around)],
            )
        )  # fmt: skip
    return told


def rules_used(runs: Iterable[RuleRun]) -> list[RuleUsed]:
    used = []
    for run in runs:
        rule = run.rule.rule
        used.append(RuleUsed(rule.id, rule.title, rule.why, rule.level, list(rule.clauses), list(rule.bears_on), run.counts()))
    return used


def missing_facts(results: Iterable[Result], findings: Findings) -> list[MissingFact]:
    """Kinds of facts that were not collected, the ones that most subjects lack first. The results are those findings."""
    subjects: dict[str, dict[int, SubjectName]] = defaultdict(dict)
    rules: dict[str, dict[str, None]] = defaultdict(dict)
    who_lacks: dict[tuple[str, tuple[str, ...]], list[dict[int, SubjectName]]] = {}
    """By rule and kinds of facts: whom to add a subject to."""
    for result in results:
        lacks = result.lacks
        if not lacks or not result.in_plan:
            continue
        adds = who_lacks.get((result.rule, lacks))
        if adds is None:
            adds = who_lacks[result.rule, lacks] = [subjects[path] for path in lacks]
            for path in lacks:
                rules[path][result.rule] = None
        subject = result.subject
        for lacking_it in adds:
            lacking_it[id(subject)] = subject
    found = []
    for path, names in sorted(subjects.items(), key=lambda item: (-len(item[1]), item[0])):
        label = findings.label(path)
        ask, how = (label.ask, label.how) if isinstance(label, FactLabel) else (who_knows(path), None)
        text = Text(en=label.en, ja=label.ja)
        found.append(MissingFact(path, text, ask, how, len(names), sorted(rules[path]), list(names.values())[:5]))
    return found
