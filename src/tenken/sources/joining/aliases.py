"""One object, two names: a host that one source calls esx01 and another esx01.example.com.

Names are references (a VM names its host), so the name that a document uses is replaced throughout that document before
the documents are merged. Only where it is unambiguous, and the user is told each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.said import Said
from tenken.model.inventory import device_id
from tenken.sources.base import Document, entries_of, list_of, mapping_of
from tenken.sources.joining.identity import digits
from tenken.sources.said import Notice

Slot = tuple[Any, Any, Route]
"""Where a name stands: the mapping or list that holds it, its key there, and the route."""


def unify(documents: Sequence[Document]) -> list[Notice]:
    """Give vCenters, hosts and datastores one name throughout; what was done, and what could not be, for the user."""
    told = _unify_servers(documents, "vcenters", _vcenter_slots)
    told += _unify_servers(documents, "hosts", _host_slots)
    return told + _unify_datastores(documents)


# --- servers: a short name and a name with its domain ----------------------------------------------------------------


def _unify_servers(documents: Sequence[Document], kind: str, slots_of: Callable[[Any], Iterator[Slot]]) -> list[Notice]:
    used: dict[str, list[tuple[Document, Route]]] = defaultdict(list)
    for document in documents:
        for holder, key, route in slots_of(document.tree):
            used[holder[key]].append((document, route))
    by_label: dict[str, dict[str, str]] = defaultdict(dict)
    for name in used:
        by_label[name.partition(".")[0].casefold()].setdefault(name.casefold(), name)
    rename: dict[str, str] = {}
    told: list[Notice] = []
    for label, names in by_label.items():
        for name in used:
            if name.casefold() in names and names[name.casefold()] != name:
                rename[name] = names[name.casefold()]
        domains = [name for folded, name in names.items() if folded != label and not _is_address(name)]
        if label in names and domains:
            notice = _join_short(documents, kind, names[label], domains, used, rename)
            if notice is not None:
                told.append(notice)
    if rename:
        for document in documents:
            for holder, key, _ in slots_of(document.tree):
                name = rename.get(holder[key], holder[key])
                holder[key] = rename.get(name, name)
    return told


def _join_short(
    documents: Sequence[Document],
    kind: str,
    short: str,
    domains: list[str],
    used: dict[str, list[tuple[Document, Route]]],
    rename: dict[str, str],
) -> Notice | None:
    en, ja = {"hosts": ("host", "ホスト"), "vcenters": ("vCenter", "vCenter")}[kind]
    document, route = used[short][0]
    place = document.locate(route)
    if kind == "hosts" and any(short in _names(document.tree, "servers") for document in documents):
        return None
    if len(domains) > 1:
        names = ", ".join(sorted(domains))
        return Notice(
            Said(
                f"the {en} {short} may be any of {names}; it is joined with none of them",
                f"{ja} {short} は {names} のいずれにも該当し得るため、どれとも統合していません",
            ),
            place,
            Said("write its full name", "完全な名前で記載してください"),
        )
    (full,) = domains
    if any({short, full} <= set(_names(document.tree, kind)) for document in documents):
        return None
    if not _may_be_one(documents, kind, short, full):
        return Notice(
            Said(
                f"the {en}s {short} and {full} are of different vCenters and are not joined",
                f"{ja} {short} と {full} はvCenterが異なるため統合していません",
            ),
            place,
        )
    rename[short] = full
    return Notice(
        Said(
            f"the {en} {short} is taken for {full}: no other has this short name",
            f"{ja} {short} は、この短縮名に該当するものが他にないため {full} とみなしました",
        ),
        place,
        Said("write the full name to be sure", "確実にするには、完全な名前で記載してください"),
    )


def _may_be_one(documents: Sequence[Document], kind: str, short: str, full: str) -> bool:
    """No two vCenters claim to manage the two: then they are two hosts."""
    managed: dict[str, set[str]] = {short: set(), full: set()}
    for document in documents if kind == "hosts" else ():
        for entry in entries_of(document.tree, "hosts"):
            if entry.get("name") in managed and isinstance(entry.get("vcenter"), str):
                managed[entry["name"]].add(entry["vcenter"])
    return not (managed[short] and managed[full] and not managed[short] & managed[full])


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdigit() or ":" in name


def _host_slots(tree: Any) -> Iterator[Slot]:
    for number, host in enumerate(_list(tree, "hosts")):
        yield from _slot(host, "name", ("hosts", number))
    for number, vm in enumerate(_list(tree, "vms")):
        yield from _slot(vm, "host", ("vms", number))
    for kind in ("datastores", "clusters"):
        for number, entry in enumerate(_list(tree, kind)):
            yield from _slots_of_list(entry, "hosts", (kind, number))
    for number, array in enumerate(_list(tree, "arrays")):
        for position, ld_set in enumerate(_list(array, "ld_sets")):
            yield from _slots_of_list(ld_set, "hosts", ("arrays", number, "ld_sets", position))
    for kind in ("jobs", "runbooks"):
        for number, job in enumerate(_list(tree, kind)):
            if isinstance(job, dict):
                yield from _slots_of_list(job.get("targets"), "hosts", (kind, number, "targets"))


def _vcenter_slots(tree: Any) -> Iterator[Slot]:
    for number, entry in enumerate(_list(tree, "vcenters")):
        yield from _slot(entry, "name", ("vcenters", number))
    for kind in ("hosts", "clusters", "datastores", "vms"):
        for number, entry in enumerate(_list(tree, kind)):
            if isinstance(entry, dict) and entry.get("vcenter") != "none":
                yield from _slot(entry, "vcenter", (kind, number))


def _slot(entry: Any, key: str, route: Route) -> Iterator[Slot]:
    if isinstance(entry, dict) and isinstance(entry.get(key), str):
        yield entry, key, (*route, key)


def _slots_of_list(entry: Any, key: str, route: Route) -> Iterator[Slot]:
    names = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(names, list):
        for position, name in enumerate(names):
            if isinstance(name, str):
                yield names, position, (*route, key, position)


# --- datastores: one file system, two names --------------------------------------------------------------------------


def _unify_datastores(documents: Sequence[Document]) -> list[Notice]:
    """A datastore that two sources call differently is known by its file system's UUID, or by its devices."""
    known: dict[tuple[str, Any], tuple[str, Any]] = {}
    told: list[Notice] = []
    for document in documents:
        names = _names(document.tree, "datastores")
        rename: dict[str, str] = {}
        for number, entry in enumerate(_list(document.tree, "datastores")):
            if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
                continue
            for one in _ids_of_datastore(entry):
                uuid = entry.get("uuid")
                name, other = known.setdefault(one, (entry["name"], uuid))
                contradicted = one[0] == "extents" and uuid is not None and other is not None
                if name != entry["name"] and name not in names and names.count(entry["name"]) == 1 and not contradicted:
                    rename.setdefault(entry["name"], name)
                    told.append(_renamed(document.locate(("datastores", number)), entry["name"], name))
                    break
        if rename:
            _rename_datastores(document.tree, rename)
    return told


def _renamed(place: Place, name: str, other: str) -> Notice:
    said = Said(
        f"the datastore {name} is taken for {other}: it has the same file system or the same devices",
        f"データストア {name} は、ファイルシステムまたはデバイスが同じため {other} とみなしました",
    )
    return Notice(said, place)


def _ids_of_datastore(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(entry.get("uuid"), str):
        yield "uuid", digits(entry["uuid"])
    extents = entry.get("extents")
    if isinstance(extents, list) and extents and all(isinstance(device, str) for device in extents):
        yield "extents", frozenset(map(device_id, extents))


def _rename_datastores(tree: Any, rename: dict[str, str]) -> None:
    for entry in entries_of(tree, "datastores"):
        if isinstance(entry.get("name"), str):
            entry["name"] = rename.get(entry["name"], entry["name"])
    for vm in entries_of(tree, "vms"):
        for file, key in [(vm, "vmx"), *((disk, "path") for disk in entries_of(vm, "disks"))]:
            path = file.get(key)
            if isinstance(path, str) and path.startswith("[") and path[1:].partition("]")[0] in rename:
                name, _, rest = path[1:].partition("]")
                file[key] = f"[{rename[name]}]{rest}"
    lists = [(cluster.get("ha"), "heartbeat_datastores") for cluster in entries_of(tree, "clusters")]
    lists += [(job.get("targets"), "datastores") for kind in ("jobs", "runbooks") for job in entries_of(tree, kind)]
    for holder, key in lists:
        names = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(names, list):
            names[:] = [rename.get(name, name) if isinstance(name, str) else name for name in names]


# --- trees that nobody has validated yet -----------------------------------------------------------------------------


def _list(tree: Any, key: str) -> list[Any]:
    return list_of(mapping_of(tree).get(key))


def _names(tree: Any, kind: str) -> list[str]:
    return [entry["name"] for entry in entries_of(tree, kind) if isinstance(entry.get("name"), str)]
