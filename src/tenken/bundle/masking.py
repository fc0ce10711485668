"""An inventory under pseudonyms: who reads it sees what is wrong with a site, and not whose site it is.

It fails closed. A text is kept only where its field is known to hold words of the trade (products, versions, formats), and
of those only the words that the packs or the list below know. All other texts are replaced, those of fields that nobody
thought of among them. The same text always gets the same pseudonym, so that references, paths and findings still fit.
Numbers, yes and no, words of the schema, LDNs and the last four digits of a device id (which are an LDN) are kept.

The tree may be one that nobody has validated: a number or a truth may be text in it, and ``defaults`` may stand beside lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tenken.bundle.pseudonyms import CONTROLLER, LABEL, LDN, NUMBER, Pseudonyms
from tenken.document.place import Route
from tenken.engine.nodes import KINDS
from tenken.engine.pack import Catalog
from tenken.model import inventory as model
from tenken.model.inventory import Inventory
from tenken.model.schema import Type, fields_of, type_at

_WORDS = frozenset(
    ["microsoft", "ms", "windows", "server", "linux", "sql", "exchange", "sharepoint", "oracle", "database", "db", "rac", "real", "application", "cluster", "clusters", "grid", "infrastructure", "restart", "standard", "enterprise", "datacenter", "express", "web", "developer", "edition", "one", "workgroup", "nec", "clusterpro", "x", "for", "repnavi", "suite", "controlcommand", "control", "command", "istorage", "istoragemanager", "manager", "storage", "file", "system", "filesystem", "option", "jobcenter", "lite", "task", "scheduler", "jmss", "staroffice", "arcserve", "backup", "netbackup", "netvault", "veritas", "symantec", "exec", "networker", "commvault", "veeam", "data", "protector", "agent", "client", "component", "module", "base", "master", "media", "raw", "san", "wsfc", "failover", "clustering", "group", "groups", "availability", "dag", "mirror", "iopath", "direct", "sp", "cu", "rtm", "service", "pack", "r2", "ntfs", "refs", "xfs", "ext2", "ext3", "ext4", "fat32", "vmware", "hyper", "v", "hyperv", "vcenter", "vcls", "template", "vw", "lx", "wn", "wg", "vx", "ax", "hpux", "solaris", "aix", "iscsi", "ready", "not_ready", "fault", "normal", "vmfs", "esxi", "esx", "vsphere", "and", "the", "of", "with", "on", "none", "ファイルサーバ", "ファイルサーバー", "ファイルシステム", "タスクスケジューラ", "なし", "無し", "userselectedds", "allfeasibleds", "allfeasibledswithuserpreference", "bit", "64", "32", "core", "red", "hat", "rhel", "centos", "ubuntu", "debian", "suse", "sles", "rocky", "alma", "almalinux", "photon", "freebsd", "later", "or", "kernel", "professional", "stream", "other", "64bit", "32bit", "x64", "x86"]
)  # fmt: skip
"""Words of products, formats and settings that say nothing of whose they are."""

_TRADE = frozenset({
    "product", "edition", "component", "options", "tool", "iopath", "protected_by", "service_pack", "filesystem", "roles",
    "platform", "format", "heartbeat_policy", "vendor", "version", "build", "patches", "software", "state",
})  # fmt: skip
"""Fields of the trade's words. A field of the same name that holds objects is walked as such."""

_DEVICES = frozenset({"uid", "device", "extents"})
_PATHS = frozenset({"vmx", "path"})
_LDNS = frozenset({"ldn", "new_ldn", "mv", "rv", "bv", "svs", "lv", "lvs", "link", "lds"})
_JOINED = frozenset({"rdm", "name", "value", "other", "part", "vms", "vm"})
"""Fields whose text may be put together of several names: ``db01/Hard disk 2``, ``vc01/DC1/db01``."""

_MODEL = re.compile(r"(?i)(NEC )?(iStorage ?)?M ?\d{2,4}[a-z]?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FACT = re.compile(r"[a-z_]+(\.[a-z_]+)*|\*")
_TRUTHS = frozenset(("true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0"))
_PREFIXES = {
    "VirtualMachine": "vm", "Host": "host", "Datastore": "datastore", "Array": "array", "LogicalDisk": "ld", "LdSet": "ldset",
    "VCenter": "vcenter", "Cluster": "cluster", "Server": "server", "Job": "job", "Runbook": "runbook", "Site": "site",
}  # fmt: skip
_KINDS = frozenset((*KINDS, "pair", "snapshot_set", "device"))
_DEFAULTS = {
    kind: KINDS[kind].facts
    for kind in (
        "array", "logical_disk", "ld_set", "vcenter", "cluster", "host", "datastore", "vm", "disk", "controller", "server", "job",
    )
}  # fmt: skip
_STATEMENTS = ("Disagreement", "Precedence", "Inquiry", "SubjectReference")


class Masking:
    """Pseudonyms for one site. ``known``: those of an earlier bundle, pseudonym → text, which stay as they were.

    systems: words of the names of operating systems that readers know, in lower case.
    """

    def __init__(self, catalog: Catalog, known: Mapping[str, str] | None = None, systems: frozenset[str] = frozenset()) -> None:
        self._systems = systems
        self.pseudonyms = Pseudonyms(known or {}, _WORDS | _vocabulary(catalog))
        self._clauses = frozenset(catalog.clauses)
        self._procedures = frozenset(catalog.procedures)
        self._rules = frozenset(rule for pack in catalog.packs for rule in pack.rules)
        self._name = self.pseudonyms.name

    @property
    def originals(self) -> dict[str, str]:
        """Pseudonym → the text that it stands for: the map that stays at home."""
        return self.pseudonyms.originals

    def mask(self, tree: dict[str, Any]) -> dict[str, Any]:
        """The tree of an inventory under pseudonyms. What speaks of objects comes last: their names are known by then."""
        self.pseudonyms.avoid(texts_of(tree))
        last = ("precedence", "disagreements", "inquiries")
        ordered = {key: tree[key] for key in sorted(tree, key=lambda key: key in last)}
        masked: dict[str, Any] = self._value(ordered, Type("object", cls=Inventory), "", "")
        return masked

    # --- the tree --------------------------------------------------------------------------------------------------

    def _value(self, value: Any, type_: Type | None, field: str, owner: str) -> Any:
        if isinstance(value, dict):
            cls = type_.cls if type_ is not None else None
            fields = fields_of(cls) if cls is not None else {}
            if cls is Inventory and isinstance(value.get("defaults"), dict):
                defaults = {key: Type("object", cls=_DEFAULTS.get(key)) for key in value["defaults"]}
                stated = {
                    key if key in _DEFAULTS else self._name(key, "key"): self._value(inner, defaults[key], key, "")
                    for key, inner in value["defaults"].items()
                }
                rest = {key: inner for key, inner in value.items() if key != "defaults"}
                return {"defaults": stated, **self._value(rest, type_, field, owner)}
            if cls is Inventory and isinstance(value.get("answers"), list):
                rest = {key: inner for key, inner in value.items() if key != "answers"}
                answers = [self._answer(entry) for entry in value["answers"]]
                return {**self._value(rest, type_, field, owner), "answers": answers}
            # A key that the schema does not know is a text like any other; no inventory that was validated has one.
            return {
                key if key in fields else self._name(str(key), "key"): self._value(
                    inner, fields.get(key), key, cls.__name__ if cls is not None else ""
                )
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._value(item, type_.item if type_ is not None else None, field, owner) for item in value]
        if isinstance(value, (bool, int, float)) or value is None:
            return value
        return self.text(str(value), type_, field, owner)

    def _answer(self, entry: Any) -> Any:
        """An answer to a questionnaire: what finds its object, list by list, and facts of it."""
        if not isinstance(entry, dict):
            return self._value(entry, None, "answer", "")
        masked: dict[str, Any] = {}
        at: Route = ()
        for key, value in entry.items():
            below = (*at, *str(key).split("."))
            found = type_at(Inventory, below)
            owner = type_at(Inventory, below[:-1])
            cls = owner.cls.__name__ if owner is not None and owner.cls is not None else ""
            if found is not None and found.kind == "list" and isinstance(value, dict):
                masked[str(key)] = self._value(value, found.item, str(below[-1]), cls)
                at = (*below, 0)
            elif key == "seen" and isinstance(value, list):
                masked["seen"] = [self.text(str(item), None, "id", "Controller") for item in value]
            else:
                masked[str(key) if found is not None else self._name(str(key), "key")] = self._value(
                    value, found, str(below[-1]), cls
                )
        return masked

    def text(self, text: str, type_: Type | None, field: str, owner: str) -> str:
        """A text of a field. ``owner``: the class that the field belongs to."""
        names = self.pseudonyms
        if text in ("", "none") or (type_ is not None and text in type_.words):
            return text
        if type_ is not None and type_.kind == "bool" and text.strip().lower() in _TRUTHS:
            return text
        if type_ is not None and type_.kind in ("int", "double") and NUMBER.fullmatch(text.strip()):
            return text
        if owner in _STATEMENTS:
            return self._of_statements(text, field)
        if owner == "Inventory" and field == "source":
            return self.source(text)
        if owner == "Inventory" and field == "partial":
            return text if text in _FIELDS else self._name(text, "text")
        if field in _LDNS and (LDN.fullmatch(text.strip()) or (field != "link" and _is_ldn(text))):
            return text
        if field in _DEVICES:
            return names.device(text)
        if field in _PATHS:
            return names.path(text)
        if owner == "Array" and field == "model":
            return text if _MODEL.fullmatch(text) else self._name(text, "model")
        if (owner == "Controller" and field == "id") or (owner == "Disk" and field == "controller"):
            return text if CONTROLLER.fullmatch(text) else self._name(text, "controller")
        if field in ("label", "disk"):
            return text if LABEL.fullmatch(text) else self._name(text, "disk")
        if field == "procedure":
            return text if text in self._procedures else self._name(text, "text")
        if owner == "OperatingSystem" and field in ("name", "version"):
            return names.trade(text, self._systems)
        if field in _TRADE:
            return names.trade(text)
        if field in ("uuid", "bios_uuid", "vmfs_uuid"):
            return names.uuid(text)
        if field == "ports":
            return names.port(text)
        if field in _JOINED:
            return names.joined(text, _PREFIXES.get(owner, "name"))
        return self._name(text, field.removesuffix("s").replace("_", "-") if type_ is not None else "text")

    def source(self, text: str) -> str:
        """A source by its name: those that tenken has are called what they are."""
        return text if text in _SOURCES else self._name(text, "source")

    def is_rule(self, text: str) -> bool:
        """Whether the packs have a rule of this id, in force or not."""
        return text in self._rules

    def kind(self, text: str) -> str:
        """A kind of subject."""
        return text if text in _KINDS else self._name(text, "kind")

    def fact(self, text: str) -> str:
        """A fact as reports call it: ``vm.power_state``."""
        known = _FACT.fullmatch(text) and set(text.split(".")) - {"*"} <= _FIELDS
        return text if known else self._name(text, "text")

    def _of_statements(self, text: str, field: str) -> str:
        """What was said about facts: of objects, facts and sources by their names, and values of any kind."""
        if field == "clause":
            return text if text in self._clauses else self._name(text, "text")
        if field == "kind":
            return self.kind(text)
        if field == "date":
            return text if _DATE.fullmatch(text) else self._name(text, "text")
        if field == "fact":
            return self.fact(text)
        if field in ("source", "other_source", "order"):
            return self.source(text)
        if field == "uuid":
            return self.pseudonyms.uuid(text)
        if field in ("value", "other") and self.pseudonyms.of(text) is None and (text in _SAID or NUMBER.fullmatch(text)):
            return text
        return self.pseudonyms.joined(text, "name")


def _is_ldn(text: str) -> bool:
    try:
        return bool(model.ldn(text))
    except ValueError:
        return False


_SOURCES = frozenset(
    ("native", "questions", "import", "vcenter", "ism", "esxcli", "vmx", "vm_support", "rvtools", "terraform", "file")
)


def _schema() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all fields, and the words that they may hold."""
    found: set[str] = set()
    words: set[str] = set()
    open_classes: list[type] = [Inventory]
    seen: set[type] = set()
    while open_classes:
        cls = open_classes.pop()
        if cls in seen:
            continue
        seen.add(cls)
        for name, type_ in fields_of(cls).items():
            found.add(name)
            while type_.item is not None:
                type_ = type_.item
            words.update(type_.words)
            if type_.kind == "object" and type_.cls is not None:
                open_classes.append(type_.cls)
    return frozenset(found), frozenset(words)


_NAMES, _SCHEMA = _schema()
_SAID = _SCHEMA | {"true", "false"}
"""What may be said of a fact without a name in it."""
_FIELDS = _NAMES | {*_DEFAULTS, "ld"}


def _vocabulary(catalog: Catalog) -> frozenset[str]:
    """The words of support tables."""
    matrices = [matrix for pack in catalog.packs for matrix in pack.matrices.values()]
    values = (value for matrix in matrices for row in matrix.rows for listed in row.match.values() for value in listed)
    return frozenset(word.casefold() for value in values for word in re.findall(r"[\w.]+", value))


def texts_of(tree: Any) -> Iterable[str]:
    """All keys and texts of a tree."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield str(key)
            yield from texts_of(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from texts_of(item)
    elif isinstance(tree, str):
        yield tree
