"""Merges documents by the identity of what they speak of.

Facts add up. Where sources say different things of one fact, the one to believe first is used (``precedence``), and the
disagreement is kept: it is a fact about the inventory, and a rule makes it a finding. Two hand-written documents that
contradict each other are a mistake, with both places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenken.document.place import Route, dotted
from tenken.document.problem import Problem
from tenken.document.said import Said
from tenken.document.wording import first_at
from tenken.model.identity import IDENTITY, UNSEEN, UUIDS
from tenken.model.inventory import Inventory
from tenken.model.schema import fields_of
from tenken.sources.base import Document, list_of
from tenken.sources.joining import aliases, identity
from tenken.sources.joining.agreement import agree, more_exact, show
from tenken.sources.joining.disagreement import Disagreements, fact_at
from tenken.sources.joining.identity import Group, Part
from tenken.sources.joining.precedence import Order
from tenken.sources.said import Notice, kind

Origins = dict[Route, list[tuple[Document, Route]]]
"""For each route that was merged: the documents that speak of it, the deciding one first, and the route there."""

_LISTS = tuple(name for name in fields_of(Inventory) if name in IDENTITY)
_NESTED = {"arrays": ("logical_disks", "ld_sets"), "vms": ("disks", "controllers"), "hosts": ("devices",)}
_OWN = ("defaults", "source", "partial", "answers")
"""What a document says of itself: it is not merged."""


class Merger:
    """Merges trees. ``order`` says whom to believe."""

    def __init__(self, problems: list[Problem], precedence: Mapping[str, Sequence[str]] | None = None) -> None:
        self.problems = problems
        self.notices: list[Notice] = []
        """What was concluded about who is who, for the user."""
        self.origins: Origins = {}
        self._precedence = precedence or {}
        self._order: Order
        self._disagreements: Disagreements

    def merge(self, documents: list[Document]) -> dict[str, Any]:
        for document in documents:
            self._check_duplicates(document)
        self._order = Order(documents, self._precedence, self.problems)
        if len(documents) == 1:
            self.origins[()] = [(documents[0], ())]
            return dict(documents[0].tree)
        ordered = self._order.sorted(documents)
        self.notices += aliases.unify(ordered)
        self._disagreements = Disagreements(self._order)
        tree: dict[str, Any] = self._mapping((), [(document, (), document.tree) for document in ordered])
        stated: list[tuple[tuple[Document, Route], Any]] = [
            ((document, ("disagreements", position)), entry)
            for document in ordered
            for position, entry in enumerate(list_of(document.tree.get("disagreements")))
        ]
        self._disagreements.write(tree, self.origins, stated)
        return tree

    def _mapping(self, route: Route, parts: list[Part]) -> Any:
        """One mapping from several; the first part that states a scalar wins."""
        self.origins[route] = [(document, origin) for document, origin, _ in parts]
        if route and route[-1] == "os":
            parts = self._one_system(route, parts)
        merged: dict[str, Any] = {}
        for key in dict.fromkeys(key for _, _, part in parts for key in part):
            if route == () and key in (*_OWN, "disagreements"):
                continue
            stated = [(document, (*origin, key), part[key]) for document, origin, part in parts if key in part]
            known = [entry for entry in stated if entry[2] is not None] or stated[:1]
            merged[key] = self._value((*route, key), key, known)
        return merged

    def _value(self, route: Route, key: str, parts: list[Part]) -> Any:
        if len(parts) == 1:
            self.origins[route] = [parts[0][:2]]
            return parts[0][2]
        if all(isinstance(value, dict) for _, _, value in parts):
            return self._mapping(route, parts)
        if key in IDENTITY and all(isinstance(value, list) and not _is_names(value) for _, _, value in parts):
            return self._keyed_list(route, key, parts)
        return self._fact(route, key, parts)

    # --- facts -----------------------------------------------------------------------------------------------------

    def _fact(self, route: Route, key: str, parts: list[Part]) -> Any:
        """One fact that several documents state: the value of the one to believe first, or one that says the same more exactly."""
        parts = self._by_precedence(route, parts)
        used = parts[0]
        for part in parts[1:]:
            if agree(route, used[2], part[2]):
                used = part if more_exact(route, used[2], part[2]) else used
        self.origins[route] = [used[:2], *(part[:2] for part in parts if part is not used)]
        if key != "tenken" and not _identifies(route, key):
            told: list[Any] = [used[2]]
            for part in parts:
                if not any(agree(route, value, part[2]) for value in told):
                    told.append(part[2])
                    self._disagree(route, used, part)
        return used[2]

    def _by_precedence(self, route: Route, parts: list[Part]) -> list[Part]:
        order = self._order.stated_for(fact_at(route)) if self._order.custom else None
        if not order:
            return parts
        names = [self._order.name(document) for document, _, _ in parts]
        ranks = [order.index(name) if name in order else len(order) for name in names]
        return [parts[position] for position in sorted(range(len(parts)), key=lambda position: ranks[position])]

    def _one_system(self, route: Route, parts: list[Part]) -> list[Part]:
        """The parts that speak of the same operating system: a family of one source and a version of another make a third."""
        stated = self._by_precedence((*route, "family"), [part for part in parts if part[2].get("family") is not None])
        if len(stated) < 2:
            return parts
        family = stated[0][2]["family"]
        others = [part for part in stated if not agree((*route, "family"), family, part[2]["family"])]
        for part in others[:1]:
            used = (stated[0][0], (*stated[0][1], "family"), family)
            self._disagree((*route, "family"), used, (part[0], (*part[1], "family"), part[2]["family"]))
        return [part for part in parts if part not in others]

    def _disagree(self, route: Route, used: Part, other: Part) -> None:
        names = self._order.name(used[0]), self._order.name(other[0])
        if names == ("native", "native"):
            place = other[0].locate(other[1])
            name, here, there = dotted(route), show(used[2]), show(other[2])
            said = Said(f"{name} is {here} here and {there} at {place}", f"{name} はここでは {here}、{place} では {there} です")
            self.problems.append(Problem(said, used[0].locate(used[1]), _ONE_IS_WRONG))
        else:
            self._disagreements.add(route, used, other)

    # --- lists of objects ------------------------------------------------------------------------------------------

    def _keyed_list(self, route: Route, key: str, parts: list[Part]) -> list[Any]:
        groups, ambiguous = identity.group(key, parts)
        for alone, fitting in ambiguous:
            self._tell_ambiguous(key, alone, fitting)
        if key == "controllers":
            groups = _without_unseen(groups, {id(document) for document, _, _ in parts}, self._order)
        if len(route) > 1:
            self._tell_that_there_is_none(route, key, parts)
        merged: list[Any] = []
        for group in groups:
            target = (*route, len(merged))
            if len(group.parts) == 1:
                self.origins[target] = [group.parts[0][:2]]
                merged.append(group.parts[0][2])
            else:
                merged.append(self._mapping(target, sorted(group.parts, key=self._rank)))
        return merged

    def _tell_that_there_is_none(self, route: Route, key: str, parts: list[Part]) -> None:
        """A source that looked and found none says another thing of an object than one that found some. What was found is used."""
        some = next((part for part in parts if part[2]), None)
        none = next((part for part in parts if not part[2] and key not in part[0].partial), None)
        if some is not None and none is not None:
            self._disagree(route, some, none)

    def _rank(self, part: Part) -> int:
        return self._order.rank(part[0])

    def _tell_ambiguous(self, key: str, alone: Group, fitting: list[Group]) -> None:
        document, origin, entry = alone.parts[0]
        name = identity.describe(key, entry)
        candidates = ", ".join(str(group.parts[0][0].locate(group.parts[0][1])) for group in fitting[:5])
        if self._order.name(document) == "native":
            fits = Said(f"{name} fits {len(fitting)} {key}", f"{name} に該当する{kind(key, 'ja')}が {len(fitting)} 件あります")
            hint = Said(f"candidates: {candidates}", f"候補: {candidates}")
            self.problems.append(Problem(fits, document.locate(origin), hint))
        else:
            said = Said(
                f"{name} fits {len(fitting)} {key} of other sources and is joined with none: {candidates}",
                f"{name} は他の入力の{kind(key, 'ja')} {len(fitting)} 件に該当し得るため、どれとも統合していません: {candidates}",
            )
            self.notices.append(Notice(said, document.locate(origin)))

    # --- one object twice in one document --------------------------------------------------------------------------

    def _check_duplicates(self, document: Document) -> None:
        for name in _LISTS:
            entries = document.tree.get(name)
            if not isinstance(entries, list):
                continue
            if not identity.clearly_distinct(name, entries):
                self._check_list(document, (name,), name, entries)
            for part in _NESTED.get(name, ()):
                for position, entry in enumerate(entries):
                    nested = entry.get(part) if isinstance(entry, dict) else None
                    if isinstance(nested, list) and len(nested) > 1 and not identity.clearly_distinct(part, nested):
                        self._check_list(document, (name, position, part), part, nested)

    def _check_list(self, document: Document, route: Route, key: str, entries: list[Any]) -> None:
        seen: dict[Any, int] = {}
        for position, entry in enumerate(entries):
            own = identity.identity(key, entry)
            if own is None:
                continue
            first = seen.setdefault(own, position)
            if first != position:
                self.problems.append(
                    Problem(
                        Said(
                            f"{dotted(route)} states {identity.describe(key, entry)} twice",
                            f"{dotted(route)} に {identity.describe(key, entry)} が重複しています",
                        ),
                        document.locate((*route, position)),
                        first_at(document.locate((*route, first))),
                    )
                )


_ONE_IS_WRONG = Said("one of the two is wrong", "どちらかが誤りです")


def _is_names(entries: list[Any]) -> bool:
    """A list of names, such as the hosts of a cluster: a fact, not a list of objects."""
    return bool(entries) and isinstance(entries[0], str)


def _identifies(route: Route, key: str) -> bool:
    """Part of what joined the entries: its spellings differ, or it is one of two ids of one object."""
    if len(route) < 2 or not isinstance(route[-2], int):
        return False
    kind = next(step for step in reversed(route[:-1]) if isinstance(step, str))
    return key in UUIDS["vms"] if kind == "vms" else kind not in ("datastores",) and key == IDENTITY.get(kind, ("",))[-1]


def _without_unseen(groups: list[Group], documents: set[int], order: Order) -> list[Group]:
    """Another export that lists all controllers leaves none unseen. A hand-written list may only add to what is known."""
    showing_all = set(documents)
    for group in groups:
        for document, _, entry in group.parts:
            if order.name(document) == "native" or (isinstance(entry, dict) and entry.get("id") == UNSEEN):
                showing_all.discard(id(document))
    unseen = [group for group in groups if all(isinstance(e, dict) and e.get("id") == UNSEEN for _, _, e in group.parts)]
    complete = any(all(group in unseen or document in group.documents() for group in groups) for document in showing_all)
    return [group for group in groups if group not in unseen] if complete else groups
