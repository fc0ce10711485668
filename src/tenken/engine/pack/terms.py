"""On what terms rules are in force: what their packs must be, and what a user makes of single rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tenken.document.problem import InputError, Problem
from tenken.engine.pack import Catalog, levels, lock
from tenken.engine.pack.levels import Change
from tenken.engine.pack.lock import Pin
from tenken.model.config import Switch


@dataclass(frozen=True, slots=True)
class Terms:
    """``changes`` in the order in which they are applied; ``pins``: what packs must be; ``lock``: the file they must match."""

    changes: tuple[Change, ...] = ()
    pins: tuple[Pin, ...] = ()
    lock: Path | None = None

    @classmethod
    def of(cls, switches: Mapping[str, Switch], lock: Path | None) -> Terms:
        """Terms that a program states, which have no place."""
        return cls(tuple(levels.ordered(Change(rule, switch) for rule, switch in switches.items())), (), lock)

    def applied(self, catalog: Catalog) -> Catalog:
        """The catalog on these terms. Raises InputError with every term that it does not meet."""
        problems: list[Problem] = lock.broken_pins(self.pins, catalog.packs)
        if self.lock is not None:
            try:
                problems += lock.mismatches(lock.read(self.lock), catalog.packs)
            except InputError as error:
                problems += error.problems
        changed = levels.apply(catalog, self.changes, problems)
        if problems:
            raise InputError(problems)
        return changed


AS_PACKED = Terms()
"""No terms: all rules as their packs state them."""
