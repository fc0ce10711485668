"""What an attribute of one resource refers to: by managed-object id, or by the expression in the configuration.

Once an object exists, others name it by its id (``datastore-12``). In a fresh plan that id is not known, and only the
configuration tells which resource is meant. An expression is followed where it can mean but one thing; else nothing is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from tenken.sources.base import list_of, mapping_of
from tenken.sources.terraform.masks import Hidden
from tenken.sources.terraform.resources import Resource, Stated, calls_of

DATASTORES = ("vsphere_vmfs_datastore", "vsphere_nas_datastore", "vsphere_datastore")

_IDS = ("id", "moid", "resource_pool_id")
_FARTHEST = 16
"""How many variables and outputs are followed, one to the next."""

_REFERENCE = re.compile(
    r"(?P<base>(?:data\.)?vsphere_\w+\.[^.\[]+)(?P<key>\[(?:\"(?:[^\"\\]|\\.)*\"|\d+)\])?\.(?P<attribute>\w+)"
)
_OUTPUT = re.compile(r"module\.(?P<call>[^.\[]+)(?P<key>\[(?:\"(?:[^\"\\]|\\.)*\"|\d+)\])?\.(?P<output>[^.\[]+)")


class References:
    """Resolves what attributes refer to."""

    def __init__(self, stated: Stated) -> None:
        self._root = mapping_of(stated.configuration.get("root_module"))
        self._providers = mapping_of(stated.configuration.get("provider_config"))
        self._variables = stated.variables
        self._modules: dict[tuple[str, ...], dict[str, Any] | None] = {(): self._root}
        self._configured: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
        self._by_id: dict[str, list[Resource]] = defaultdict(list)
        self._by_base: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        self._found: dict[tuple[str, tuple[str, ...], str | None], Resource | None] = {}
        self._servers: dict[tuple[tuple[str, ...], str], str | None] = {}
        for resource in stated.resources:
            self._by_base[resource.module, resource.base].append(resource)
            for attribute in _IDS:
                identifier = resource.values.get(attribute)
                if isinstance(identifier, str) and identifier:
                    self._by_id[identifier].append(resource)

    # --- objects -----------------------------------------------------------------------------------------------------

    def object(self, resource: Resource, attribute: str, types: tuple[str, ...], value: Any = None) -> Resource | None:
        """The object that an attribute names; of a list attribute, ``value`` is the item in question."""
        value = resource.values.get(attribute) if value is None else value
        if isinstance(value, str) and value:
            return self._by_identifier(value, types, self.vcenter(resource))
        if value is not Hidden.UNKNOWN:
            return None
        return self.by_expression(resource, mapping_of(self.configured(resource).get("expressions")).get(attribute), types)

    def by_expression(self, resource: Resource, expression: Any, types: tuple[str, ...]) -> Resource | None:
        """The object that an expression in the configuration of a resource means."""
        found = self._follow(resource.module, expression, 0)
        return found if found is not None and found.type in types else None

    def configured(self, resource: Resource) -> dict[str, Any]:
        """What the configuration says of a resource; nothing if there is no configuration, as in a state."""
        calls = resource.calls
        if calls not in self._configured:
            entries = list_of((self._module(calls) or {}).get("resources"))
            self._configured[calls] = {str(entry.get("address")): entry for entry in entries if isinstance(entry, dict)}
        return self._configured[calls].get(resource.base, {})

    def _by_identifier(self, identifier: str, types: tuple[str, ...], vcenter: str | None) -> Resource | None:
        """The object of an id. Ids are unique within one vCenter only; where it is not known which one it is, they have to do.

        Several resources may stand for one object, provided that they call it by one name; the managed one comes first.
        """
        key = (identifier, types, vcenter)
        if key not in self._found:
            candidates = [
                found
                for found in self._by_id.get(identifier, ())
                if found.type in types and len({vcenter, self.vcenter(found)} - {None}) < 2
            ]
            candidates.sort(key=lambda resource: resource.mode == "data")
            names = {str(candidate.values.get("name") or candidate.values.get("hostname")) for candidate in candidates}
            self._found[key] = candidates[0] if len(names) == 1 else None
        return self._found[key]

    # --- expressions -------------------------------------------------------------------------------------------------

    def _follow(self, module: str, expression: Any, steps: int) -> Resource | None:
        reference = _only_reference(expression)
        if reference is None or steps > _FARTHEST:
            return None
        if reference.startswith("var."):
            return self._follow_variable(module, reference[4:], steps)
        if match := _OUTPUT.fullmatch(reference):
            return self._follow_output(module, match, steps)
        if match := _REFERENCE.fullmatch(reference):
            candidates = self._by_base.get((module, match["base"]), [])
            if match["key"]:
                candidates = [found for found in candidates if found.address.endswith(match["base"] + match["key"])]
            return candidates[0] if len(candidates) == 1 and match["attribute"] in _IDS else None
        return None

    def _follow_variable(self, module: str, variable: str, steps: int) -> Resource | None:
        """A variable is what the call of the module passes in."""
        calls = calls_of(module)
        if not calls or not variable.isidentifier():
            return None
        call = mapping_of(mapping_of((self._module(calls[:-1]) or {}).get("module_calls")).get(calls[-1]))
        parent = module[: module.rindex(f"module.{calls[-1]}")].rstrip(".")
        return self._follow(parent, mapping_of(call.get("expressions")).get(variable), steps + 1)

    def _follow_output(self, module: str, match: re.Match[str], steps: int) -> Resource | None:
        calls = (*calls_of(module), match["call"])
        output = mapping_of(mapping_of((self._module(calls) or {}).get("outputs")).get(match["output"]))
        child = f"{module}.module.{match['call']}" if module else f"module.{match['call']}"
        return self._follow(child + (match["key"] or ""), output.get("expression"), steps + 1)

    def _module(self, calls: tuple[str, ...]) -> dict[str, Any] | None:
        if calls not in self._modules:
            found: Any = self._root
            for call in calls:
                found = mapping_of(mapping_of(mapping_of(found).get("module_calls")).get(call)).get("module")
            self._modules[calls] = found if isinstance(found, dict) else None
        return self._modules[calls]

    # --- vCenter -----------------------------------------------------------------------------------------------------

    def vcenter(self, resource: Resource) -> str | None:
        """The vCenter of a resource: ``vsphere_server`` of its provider, as far as the configuration tells it."""
        key = (resource.calls, resource.base)
        if key not in self._servers:
            self._servers[key] = self._server(self.configured(resource).get("provider_config_key"))
        return self._servers[key]

    def _server(self, key: Any) -> str | None:
        provider = mapping_of(self._providers.get(str(key)))
        expression = mapping_of(provider.get("expressions")).get("vsphere_server")
        value = mapping_of(expression).get("constant_value")
        if value is None and not provider.get("module_address"):
            reference = _only_reference(expression) or ""
            variable = reference.removeprefix("var.")
            declared = mapping_of(mapping_of(self._root.get("variables")).get(variable))
            if reference.startswith("var.") and declared.get("sensitive") is not True:
                value = mapping_of(self._variables.get(variable)).get("value")
        return value.strip() or None if isinstance(value, str) else None


def _only_reference(expression: Any) -> str | None:
    """The one thing that an expression refers to. ``a.b.c.id`` is listed together with ``a.b.c``, which adds nothing."""
    references = [entry for entry in list_of(mapping_of(expression).get("references")) if isinstance(entry, str)]
    if not 0 < len(references) <= 32:
        return None
    longest = [
        entry
        for entry in dict.fromkeys(references)
        if not any(other.startswith((f"{entry}.", f"{entry}[")) for other in references)
    ]
    return longest[0] if len(longest) == 1 else None
