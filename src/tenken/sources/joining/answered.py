"""Answers about things that have no name: an entry of a list of workloads or software, or the controllers without a disk.

They stand under ``answers`` in a document, one entry each: what finds the object list by list, and the facts. They are put into
the inventory when everything else is known, and only where just one entry fits: an answer is never a list of its own.

    answers:
      - {vms: {name: db01}, workloads: {product: SQL Server}, version: "2019"}
      - {vms: {name: db01}, seen: [scsi0], controllers: [{type: pvscsi, bus_sharing: none}]}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.document.wording import LIST, must_be, unknown_key
from tenken.document.wording import show as briefly
from tenken.model.identity import IDENTITY, UNSEEN, UUIDS
from tenken.model.inventory import Inventory
from tenken.model.schema import fields_of, type_at
from tenken.sources.base import Document
from tenken.sources.joining.agreement import agree, show
from tenken.sources.joining.identity import digits, normal_name
from tenken.sources.joining.merge import Origins
from tenken.sources.said import Notice

KEY = "answers"
SEEN = "seen"
WITHOUT_DISK = "no-disk-"
"""Begins the ids of controllers that were answered for, and which no export numbers."""
NO_SUBJECT = Said("it can't be told what this answers", "どの対象についての回答か分かりません")

Step = tuple[str, dict[str, Any]]


def apply(tree: dict[str, Any], documents: Sequence[Document], origins: Origins, problems: list[Problem]) -> list[Notice]:
    """Put the answers of all documents into the merged tree. Returns what was not used, for the user to know."""
    notices: list[Notice] = []
    for document in documents:
        stated = document.tree.get(KEY)
        if stated is None:
            continue
        if not isinstance(stated, list):
            problems.append(Problem(must_be(KEY, LIST, briefly(stated)), document.locate((KEY,))))
            continue
        for position, entry in enumerate(stated):
            answer = _Answer(document, (KEY, position), entry, problems, notices)
            if answer.read():
                answer.put(tree, origins)
    return notices


_ANSWER = Said("an answer", "回答")


class _Answer:
    def __init__(self, document: Document, route: Route, entry: Any, problems: list[Problem], notices: list[Notice]) -> None:
        self.document, self.route, self.entry = document, route, entry
        self.problems, self.notices = problems, notices
        self.steps: list[Step] = []
        self.facts: dict[str, Any] = {}

    def _place(self, *below: str) -> Place:
        return self.document.locate((*self.route, *below))

    # --- what is written -----------------------------------------------------------------------------------------------

    def read(self) -> bool:
        """Tell lists from facts; every mistake is a problem. False where nothing is stated."""
        if not isinstance(self.entry, dict):
            self.problems.append(
                Problem(
                    Said("an answer must be a mapping of lists and facts", "回答は対象と項目のマッピングで記述してください"),
                    self._place(),
                )
            )
            return False
        at: Route = ()
        for name, value in self.entry.items():
            below = (*at, *str(name).split("."))
            found = type_at(Inventory, below)
            if isinstance(value, dict) and found is not None and found.kind == "list":
                self.steps.append((str(name), value))
                at = (*below, 0)
            elif found is None and name != SEEN:
                self.problems.append(Problem(unknown_key(name, _ANSWER), self._place(str(name)), self._near(at, name)))
                return False
            elif value is not None:
                self.facts[str(name)] = value
        self.facts.pop(SEEN, None)
        if not self.steps:
            self.problems.append(
                Problem(
                    NO_SUBJECT,
                    self._place(),
                    Said("it begins with vms: {name: …}", "vms: {name: …} のように対象から書き始めます"),
                )
            )
        return bool(self.steps and self.facts)

    @staticmethod
    def _near(at: Route, name: Any) -> Said | None:
        owner = type_at(Inventory, at)
        return did_you_mean(name, fields_of(owner.cls)) if owner is not None and owner.cls is not None else None

    # --- where it belongs ----------------------------------------------------------------------------------------------

    def put(self, tree: dict[str, Any], origins: Origins) -> None:
        """Add the facts to the one entry that they are about; lists on the way are copied, since defaults are shared."""
        target: dict[str, Any] = tree
        at: Route = ()
        for name, identity in self.steps:
            *above, last = name.split(".")
            for step in above:
                inner = target.get(step)
                if not isinstance(inner, dict):
                    return self._nothing_fits(name, identity)
                target[step] = dict(inner)
                target, at = target[step], (*at, step)
            stated = target.get(last)
            entries: list[Any] = stated if isinstance(stated, list) else []
            fitting = [number for number, entry in enumerate(entries) if _fits(last, entry, identity)]
            fitting = _narrowed(entries, fitting, identity)
            if len(fitting) != 1:
                return self._nothing_fits(name, identity, len(fitting))
            if last not in IDENTITY:
                entries = target[last] = list(entries)
                entries[fitting[0]] = dict(entries[fitting[0]])
            target, at = entries[fitting[0]], (*at, last, fitting[0])
        if isinstance(self.entry.get(SEEN), list) and set(self.facts) == {"controllers"}:
            return self._controllers(target, at, origins)
        for name, value in self.facts.items():
            self._state(target, (*at, name), value, origins)

    def _state(self, target: dict[str, Any], at: Route, value: Any, origins: Origins) -> None:
        name = str(at[-1])
        known = target.get(name)
        if known is None:
            target[name] = value
            origins[at] = [(self.document, (*self.route, name))]
        elif not agree(at, known, value):
            here, by_now = show(value), show(known)
            said = Said(
                f"{name} is {here} here, and known by now as {by_now}",
                f"{name} の回答は {here} ですが、収集済みの値は {by_now} です",
            )
            hint = Said(
                "one of the two is wrong; take the answer away if it is this one",
                "どちらかが誤りです。回答が誤りの場合は削除してください",
            )
            self.problems.append(Problem(said, self._place(name), hint))

    def _nothing_fits(self, name: str, identity: dict[str, Any], count: int = 0) -> None:
        whose = ", ".join(map(str, identity.values()))
        said = (
            Said(f"{count} entries of {name} fit {whose}", f"{whose} に該当するものが {name} に {count} 件あります")
            if count
            else Said(f"{name} has no entry of {whose}", f"{whose} に該当するものが {name} にありません")
        )
        hint = Said(
            "the inventory has changed since it was asked; have the questionnaire written anew",
            "質問票の作成後にインベントリが変わっています。質問票を作成し直してください",
        )
        self.problems.append(Problem(said, self._place(), hint))

    def _controllers(self, vm: dict[str, Any], at: Route, origins: Origins) -> None:
        """The controllers without a disk, in place of the one that stands for them. Only for what was seen when it was asked."""
        controllers = vm.get("controllers")
        entries = [dict(entry) for entry in controllers if isinstance(entry, dict)] if isinstance(controllers, list) else []
        shown = {str(entry.get("id")) for entry in entries if not str(entry.get("id")).startswith((UNSEEN, WITHOUT_DISK))}
        if all(entry.get("id") != UNSEEN for entry in entries) or shown - set(map(str, self.entry[SEEN])):
            said = Said(
                f"the controllers of {vm.get('name')} are others than when it was asked; this answer is not used",
                f"{vm.get('name')} のコントローラは質問時から変わっているため、この回答は使用していません",
            )
            self.notices.append(Notice(said, self._place()))
            return
        kept = [(number, entry) for number, entry in enumerate(entries) if entry.get("id") != UNSEEN]
        before = {number: origins.get((*at, "controllers", number)) for number, _ in kept}
        base = origins.get((*at, "controllers"))
        vm["controllers"] = found = [entry for _, entry in kept]
        for position, (number, _) in enumerate(kept):
            known = before[number] or ([(document, (*route, number)) for document, route in base] if base else None)
            if known:
                origins[(*at, "controllers", position)] = known
        answered = self.facts["controllers"]
        for number, entry in enumerate(answered if isinstance(answered, list) else [answered]):
            facts = {"id": f"{WITHOUT_DISK}{number + 1}", **entry} if isinstance(entry, dict) else entry
            same = [position for position, one in enumerate(found) if isinstance(facts, dict) and one.get("id") == facts["id"]]
            if same:
                found[same[0]] = {**found[same[0]], **facts}
            else:
                origins[(*at, "controllers", len(found))] = [(self.document, (*self.route, "controllers", number))]
                found.append(facts)


def _fits(kind: str, entry: Any, identity: dict[str, Any]) -> bool:
    """Whether an entry may be the one: by an id, by the last part of its name, or by all of its facts where it has no name."""
    if not isinstance(entry, dict):
        return False
    for name in UUIDS.get(kind, ()):
        wanted, own = identity.get("uuid"), entry.get(name)
        if isinstance(wanted, str) and isinstance(own, str) and digits(wanted) == digits(own):
            return True
    names = IDENTITY[kind][-1:] if kind in IDENTITY else tuple(identity)
    return all(_plain(name, entry.get(name)) == _plain(name, identity.get(name)) for name in names)


def _narrowed(entries: list[Any], fitting: list[int], identity: dict[str, Any]) -> list[int]:
    """Of several, those that fit in every part of the name."""
    if len(fitting) < 2:
        return fitting
    return [
        number
        for number in fitting
        if all(_plain(name, entries[number].get(name)) == _plain(name, value) for name, value in identity.items())
    ]


def _plain(name: str, value: Any) -> Any:
    value = normal_name(name, value)
    return value.strip().casefold() if isinstance(value, str) else value
