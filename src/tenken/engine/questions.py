"""Which facts are worth asking for: those by which a verdict could still change, and by which of them most could.

A verdict is open where it is *unknown*: one that is ineligible stays so whatever is answered, and one that is better has
nothing unknown about it. What holds an open verdict up are the unknown outcomes that bear on it, and each of these names
the facts that it lacks. An outcome that no fact can change (the guide does not say) keeps its verdicts unknown at best;
a fact counts for those only through rules that can still make them ineligible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tenken.document.place import Route, step_into
from tenken.engine.cel.trace import Fact
from tenken.engine.evidence.explain import explain
from tenken.engine.evidence.missing import Lacking
from tenken.engine.evidence.reasons import Reason, Reasons
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, VmNode
from tenken.engine.pack import Catalog
from tenken.engine.verdict import Ruling
from tenken.engine.verdict.judgement import UNDECIDED
from tenken.model.identity import IDENTITY, TOLD_APART, UNSEEN
from tenken.model.inventory import Inventory
from tenken.model.questionnaire import Question, Questionnaire, Step, Topic, WhyNot
from tenken.model.report import generic
from tenken.model.rule import Text, who_knows
from tenken.model.schema import Type, type_at

VARIABLES = {
    "arrays": "array", "logical_disks": "ld", "ld_sets": "ld_set", "pairs": "pair", "snapshot_sets": "snapshot_set",
    "vcenters": "vcenter", "clusters": "cluster", "hosts": "host", "devices": "host.devices", "datastores": "datastore",
    "vms": "vm", "controllers": "controller", "disks": "disk", "servers": "server", "jobs": "job", "runbooks": "runbook",
    "workloads": "workload",
}  # fmt: skip
"""What rules call the entries of a list."""

_WITHOUT_DISK = "vm.controllers.unseen"
_WITHOUT_DISK_LABEL = Text(
    en="further controllers of the VM, to which no disk is attached", ja="ディスクが接続されていないその他のコントローラ"
)
_WITHOUT_DISK_HOW = Text(
    en="vSphere Client > VM > Edit Settings > Virtual Hardware: the SCSI, NVMe, SATA and IDE controllers that no disk is on. "
    "The export shows only those with a disk. Write none if there are no others.",
    ja="vSphere Clientの「設定の編集」→「仮想ハードウェア」で、ディスクが1台も接続されていないSCSI・NVMe・SATA・IDEコントローラを確認します"
    "（エクスポートにはディスクのあるコントローラしか含まれません）。ほかになければ「なし」と記入します。",
)


def questionnaire(graph: Graph, catalog: Catalog, reasons: Reasons, site: str, made: str) -> Questionnaire:
    """All questions whose answers could change a verdict, the most valuable first."""
    found = _Questions(graph, catalog, reasons)
    return Questionnaire(site, made, found.open, found.final, found.topics())


class _Questions:
    def __init__(self, graph: Graph, catalog: Catalog, reasons: Reasons) -> None:
        self.graph, self.catalog, self.reasons = graph, catalog, reasons
        self.lacking = Lacking(graph)
        self.open = self.final = 0
        self._verdicts: Counter[tuple[Route, str]] = Counter()
        self._decides: Counter[tuple[Route, str]] = Counter()
        self._rules: dict[tuple[Route, str], set[str]] = {}
        self._topics: dict[str, Counter[str]] = {}
        self._facts: dict[Reason, list[tuple[Route, str]]] = {}
        for ruling in reasons.wanted():
            if ruling.judgement.rank == UNDECIDED:
                self._take(ruling)

    # --- counting --------------------------------------------------------------------------------------------------

    def _take(self, ruling: Ruling) -> None:
        """Count one open verdict for every fact by which it could still change."""
        self.open += 1
        lacked: dict[Reason | None, list[tuple[Route, str]]] = {
            reason: self._facts_of(reason) for reason in ruling.judgement.rules
        }
        lacked[None] = [(route, "") for route in self._places(ruling)]
        stays = [reason for reason, facts in lacked.items() if reason is not None and not facts]
        stays = [reason for reason in stays if self.reasons.outcome(reason) == "unknown"]
        self.final += bool(stays)
        facts: dict[tuple[Route, str], None] = {}
        for reason, missing in lacked.items():
            if not stays or reason is None or self._can_bar(reason):
                facts.update(dict.fromkeys(missing))
        topics = set()
        for fact in facts:
            self._verdicts[fact] += 1
            topics.add(self._topic(fact))
            if len(facts) == 1 and not stays:
                self._decides[fact] += 1
        for topic in topics:
            self._topics.setdefault(topic, Counter())["verdicts"] += 1
            if len(topics) == 1 and not stays:
                self._topics[topic]["decides"] += 1

    def _facts_of(self, reason: Reason) -> list[tuple[Route, str]]:
        """The facts that one outcome lacks: the route of each, or the path by which a rule calls what follows from others."""
        found = self._facts.get(reason)
        if found is None:
            run = self.reasons.runs[reason.rule]
            found = []
            if self.reasons.outcome(reason) == "unknown":
                explanation = explain(run, reason.position, self.graph.site)
                missing = set(explanation.missing)
                for fact in explanation.facts:
                    if fact.path in missing:
                        found += self._stated(fact)
            found = self._facts[reason] = list(dict.fromkeys(found))
            for lacked in found:
                self._rules.setdefault(lacked, set()).add(reason.rule)
        return found

    def _stated(self, fact: Fact) -> Iterator[tuple[Route, str]]:
        """The facts of the inventory behind one that a rule misses, as far as somebody could state them."""
        known = False
        for route in self.lacking.behind(fact):
            known = True
            if _is_unseen(self.graph.inventory, route):
                route = route[:3]
            yield route, "" if _steps(self.graph.inventory, route) is not None else _path(route)
        if not known:
            yield fact.route, generic(fact.path)

    def _places(self, ruling: Ruling) -> Iterator[Route]:
        """What no rule names: where a VM lies that may lie on this datastore, and the vCenter of a VM."""
        node = ruling.node
        if isinstance(node, DatastoreNode) and None in node.target_vms:
            yield from self.lacking.unplaced()
        vcenters = [reason for reason in ruling.judgement.rules if self.reasons.node(reason).kind == "vcenter"]
        if isinstance(node, VmNode) and node.fact.vcenter is None and vcenters:  # another one may manage it
            yield (*node.route, "vcenter")

    def _can_bar(self, reason: Reason) -> bool:
        """Whether an answer could make the outcome one that makes ineligible."""
        rule = self.reasons.runs[reason.rule].rule.rule
        return rule.level == "error" and rule.violation == "fail"

    # --- what comes of it ------------------------------------------------------------------------------------------

    def _topic(self, fact: tuple[Route, str]) -> str:
        return fact[1] or (_WITHOUT_DISK if _seen(self.graph.inventory, fact[0]) is not None else _path(fact[0]))

    def topics(self) -> list[Topic]:
        by_path: dict[str, list[tuple[Route, str]]] = {}
        for fact in self._verdicts:
            by_path.setdefault(self._topic(fact), []).append(fact)
        found = [self._make_topic(path, facts) for path, facts in by_path.items()]
        return sorted(found, key=lambda topic: (-topic.verdicts, -topic.decides, topic.path))

    def _make_topic(self, path: str, facts: list[tuple[Route, str]]) -> Topic:
        label, ask, how = self._label(path)
        rules = sorted(set().union(*(self._rules.get(fact, set()) for fact in facts)))
        counts = self._topics[path]
        topic = Topic(path, label, ask, how, counts["verdicts"], counts["decides"], rules)
        for fact in sorted(facts, key=lambda fact: (-self._verdicts[fact], -self._decides[fact], self._subject(fact[0]))):
            question = None if fact[1] else self._question(fact)
            if question is None:
                topic.subjects.append(self._subject(fact[0]))
                topic.reason = topic.reason or self._reason(fact)
            else:
                topic.questions.append(question)
        topic.subjects = list(dict.fromkeys(topic.subjects))
        return topic

    def _question(self, fact: tuple[Route, str]) -> Question | None:
        route = fact[0]
        found = _steps(self.graph.inventory, route)
        if found is None:
            return None
        steps, field, type_ = found
        seen = _seen(self.graph.inventory, route)
        current = _value_at(self.graph.inventory, route) if seen is None else None
        worth = self._verdicts[fact], self._decides[fact]
        return Question(self._subject(route), steps, field, type_, *worth, current, seen)

    def _reason(self, fact: tuple[Route, str]) -> WhyNot:
        """Why no cell can hold the answer."""
        route = fact[0]
        if type_at(Inventory, route) is None:
            return "derived"
        for length in range(len(route), 0, -1):
            if isinstance(route[length - 1], int) and _step(self.graph.inventory, route[:length]) is None:
                return "unnamed"
        return "derived"

    def _subject(self, route: Route) -> str:
        """The object as reports name it."""
        node = self.lacking.node(route)
        if node is None:
            return self.graph.site.name
        rest = route[len(node.route) :]
        position = next((index for index, step in enumerate(rest) if isinstance(step, int)), None)
        if position:
            entry = _value_at(self.graph.inventory, route[: len(node.route) + position + 1])
            keys = (*IDENTITY.get(str(rest[position - 1]), ("name",)), "product", "id", "ldn")
            named = next((getattr(entry, key) for key in keys if getattr(entry, key, None)), None)
            return f"{node.name}/{named}" if named else node.name
        return node.name

    def _label(self, path: str) -> tuple[Text, Any, Text | None]:
        if path == _WITHOUT_DISK:
            return _WITHOUT_DISK_LABEL, "vsphere", _WITHOUT_DISK_HOW
        label = self.catalog.labels.get(path)
        if label is not None:
            return Text(en=label.en, ja=label.ja), label.ask, label.how
        return Text(en=path, ja=path), who_knows(path), None


def _path(route: Route) -> str:
    """The kind of fact at a route, as labels name it: ``vm.encrypted``, ``disk.mode``, ``site.arrays``."""
    names = [step for step in route if isinstance(step, str)]
    position = max((index for index, step in enumerate(route) if isinstance(step, int)), default=None)
    if position is None:
        return ".".join(names) if names[0] == "site" else f"site.{'.'.join(names)}"
    owner = str(route[position - 1])
    rest = [str(step) for step in route[position + 1 :]]
    if owner in VARIABLES:
        return ".".join([VARIABLES[owner], *rest])
    above = _path(route[:position])
    return ".".join([above, *rest])


def _steps(inventory: Inventory, route: Route) -> tuple[tuple[Step, ...], tuple[str, ...], Type] | None:
    """The way to a fact by what identifies its objects, the fields below, and its type; None where there is no such way."""
    type_ = type_at(Inventory, route)
    if type_ is None:
        return None
    steps: list[Step] = []
    rest: list[str] = []
    for position, step in enumerate(route):
        if isinstance(step, str):
            rest.append(step)
            continue
        found = _step(inventory, route[: position + 1])
        if found is None:
            return None
        steps.append((".".join(rest), found))
        rest = []
    if not rest or rest == ["site"]:
        return None
    return tuple(steps), tuple(rest), type_


def _step(inventory: Inventory, route: Route) -> dict[str, str] | None:
    """What finds the entry at a route again in its list; None where nothing does."""
    entry, kind = _value_at(inventory, route), str(route[-2])
    if kind in TOLD_APART:
        return _told_apart(kind, entry, _value_at(inventory, route[:-1]))
    if entry is None or any(getattr(entry, key, None) is None for key in IDENTITY.get(kind, ("name",))[-1:]):
        return None
    return _identify(kind, entry)


def _told_apart(kind: str, entry: Any, entries: list[Any]) -> dict[str, str] | None:
    """As few of its facts as no other entry of the list has or may have; None where they don't suffice."""
    others = [other for other in entries if other is not entry]
    found: dict[str, str] = {}
    for name in TOLD_APART[kind]:
        value = getattr(entry, name)
        if value is not None:
            found[name] = value
            others = [other for other in others if getattr(other, name) in (None, value)]
        elif not found:
            return None
        if not others:
            return found
    return None


def _is_unseen(inventory: Inventory, route: Route) -> bool:
    """Whether a route leads into the controllers that an export does not show."""
    return len(route) > 4 and route[2] == "controllers" and _value_at(inventory, (*route[:4], "id")) == UNSEEN


def _seen(inventory: Inventory, route: Route) -> tuple[str, ...] | None:
    """The controllers with a disk of a VM that may have others; None for every other fact."""
    if len(route) != 3 or route[2] != "controllers":
        return None
    controllers = _value_at(inventory, route)
    if not controllers or all(controller.id != UNSEEN for controller in controllers):
        return None
    return tuple(controller.id for controller in controllers if controller.id != UNSEEN)


def _identify(kind: str, entry: Any) -> dict[str, str]:
    """What finds an entry again: ids that never change before names that others may share."""
    uuid = getattr(entry, "uuid", None) if kind in ("vms", "datastores") else None
    names = IDENTITY.get(kind, ("name",))
    known = {name: getattr(entry, name) for name in (names if uuid is None else names[-1:]) if getattr(entry, name) is not None}
    if kind == "disks" and entry.path is not None:
        known["path"] = entry.path
    return known if uuid is None else {**known, "uuid": uuid}


def _value_at(tree: Any, route: Iterable[str | int]) -> Any:
    for step in route:
        if isinstance(step, int) or isinstance(tree, (list, dict)):
            there, tree = step_into(tree, step)
            if not there:
                return None
        else:
            tree = getattr(tree, step, None)
    return tree
