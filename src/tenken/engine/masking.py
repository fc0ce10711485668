"""An inventory under pseudonyms: who reads it sees what is wrong with a site, and not whose site it is.

It fails closed. A text is kept only where its field is known to hold words of the trade (products, versions, formats), and
of those only the words that the packs or the list below know. All other texts are replaced, those of fields that nobody
thought of among them. The same text always gets the same pseudonym, so that references, paths and findings still fit.
Numbers, yes and no, words of the schema, LDNs and the last four digits of a device id (which are an LDN) are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tenken.engine.pack import Catalog
from tenken.model.inventory import Inventory
from tenken.model.schema import Type, fields_of

_WORDS = frozenset(
    ["microsoft", "ms", "windows", "server", "linux", "sql", "exchange", "sharepoint", "oracle", "database", "db", "rac", "real", "application", "cluster", "clusters", "grid", "infrastructure", "restart", "standard", "enterprise", "datacenter", "express", "web", "developer", "edition", "one", "workgroup", "nec", "clusterpro", "x", "for", "repnavi", "suite", "controlcommand", "control", "command", "istorage", "istoragemanager", "manager", "storage", "file", "system", "filesystem", "option", "jobcenter", "lite", "task", "scheduler", "jmss", "staroffice", "arcserve", "backup", "netbackup", "netvault", "veritas", "symantec", "exec", "networker", "commvault", "veeam", "data", "protector", "agent", "client", "component", "module", "base", "master", "media", "raw", "san", "wsfc", "failover", "clustering", "group", "groups", "availability", "dag", "mirror", "iopath", "direct", "sp", "cu", "rtm", "service", "pack", "r2", "ntfs", "refs", "xfs", "ext2", "ext3", "ext4", "fat32", "vmware", "hyper", "v", "hyperv", "vcenter", "vcls", "template", "vw", "lx", "wn", "wg", "vx", "ax", "hpux", "solaris", "aix", "iscsi", "ready", "not_ready", "fault", "normal", "vmfs", "esxi", "esx", "vsphere", "and", "the", "of", "with", "on", "none", "ファイルサーバ", "ファイルサーバー", "ファイルシステム", "タスクスケジューラ", "なし", "無し", "userselectedds", "allfeasibleds", "allfeasibledswithuserpreference"]
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

_LDN = re.compile(r"[0-9a-f]{4,8}h")
_NUMBER = re.compile(r"[vVrR]?\d{1,5}(\.\d{1,5}){0,2}[a-zA-Z]?|KB\d{6,8}|sp\d|cu\d{1,2}", re.IGNORECASE)
_FOUR_PARTS = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,9}")
_MODEL = re.compile(r"(?i)(NEC )?(iStorage ?)?M ?\d{2,4}[a-z]?")
_CONTROLLER = re.compile(r"(scsi|nvme|sata|ide|ahci)\d{1,2}|unseen")
_LABEL = re.compile(r"(?i)(hard disk|ハード ?ディスク) ?\d{1,3}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PATH = re.compile(r"\[([^\]]+)\] ?(.*)", re.DOTALL)
_DEVICE = re.compile(r"(naa|eui|t10|mpx|vml)\.(.*)", re.DOTALL)
_FACT = re.compile(r"[a-z_]+(\.[a-z_]+)*|\*")
_TOKEN = re.compile(r"[\w.]+")
_PREFIXES = {
    "VirtualMachine": "vm", "Host": "host", "Datastore": "datastore", "Array": "array", "LogicalDisk": "ld", "LdSet": "ldset",
    "VCenter": "vcenter", "Cluster": "cluster", "Server": "server", "Job": "job", "Runbook": "runbook", "Site": "site",
}  # fmt: skip
_KINDS = frozenset({
    "site", "array", "logical_disk", "ld_set", "vcenter", "cluster", "host", "datastore", "vm", "controller", "disk", "workload",
    "restore_group", "server", "job", "runbook", "disagreement", "pair", "snapshot_set", "device",
})  # fmt: skip


class Masking:
    """Pseudonyms for one site. ``known``: those of an earlier bundle, pseudonym → text, which stay as they were."""

    def __init__(self, catalog: Catalog, known: Mapping[str, str] | None = None) -> None:
        self.pseudonyms: dict[str, str] = {text: name for name, text in (known or {}).items()}
        self._taken = set(known or {})
        self._numbers: Counter[str] = Counter()
        self._words = _WORDS | _vocabulary(catalog)
        self._clauses = frozenset(catalog.clauses)
        self._procedures = frozenset(catalog.procedures)
        self._originals: set[str] = set()

    @property
    def originals(self) -> dict[str, str]:
        """Pseudonym → the text that it stands for: the map that stays at home."""
        return {name: text for text, name in self.pseudonyms.items()}

    def mask(self, tree: dict[str, Any]) -> dict[str, Any]:
        """The tree of an inventory under pseudonyms. What disagrees comes last: it speaks of what is known by then."""
        self._originals = set(_texts(tree))
        last = ("disagreements", "inquiries")
        ordered = {key: tree[key] for key in sorted(tree, key=lambda key: key in last)}
        masked: dict[str, Any] = self._value(ordered, Type("object", cls=Inventory), "", "")
        return masked

    # --- the tree --------------------------------------------------------------------------------------------------

    def _value(self, value: Any, type_: Type | None, field: str, owner: str) -> Any:
        if isinstance(value, dict):
            cls = type_.cls if type_ is not None else None
            fields = fields_of(cls) if cls is not None else {}
            # A key that the schema does not know is a text like any other; no inventory that was validated has one.
            return {
                key if key in fields else self._name(key, "key"): self._value(
                    inner, fields.get(key), key, cls.__name__ if cls is not None else ""
                )
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._value(item, type_.item if type_ is not None else None, field, owner) for item in value]
        if isinstance(value, (bool, int, float)) or value is None:
            return value
        return self._text(str(value), type_, field, owner)

    def _text(self, text: str, type_: Type | None, field: str, owner: str) -> str:
        if text in ("", "none") or (type_ is not None and text in type_.words):
            return text
        if owner in ("Disagreement", "Precedence", "Inquiry", "SubjectReference"):
            return self._of_statements(text, field)
        if owner == "Inventory" and field in ("source", "partial"):
            return text if text in _SOURCES or text in _FIELDS else self._name(text, "text")
        if field in _LDNS and _LDN.fullmatch(text):
            return text
        if field in _DEVICES:
            return self._device(text)
        if field in _PATHS:
            return self._path(text)
        if owner == "Array" and field == "model":
            return text if _MODEL.fullmatch(text) else self._name(text, "model")
        if (owner == "Controller" and field == "id") or (owner == "Disk" and field == "controller"):
            return text if _CONTROLLER.fullmatch(text) else self._name(text, "controller")
        if field in ("label", "disk"):
            return self._label(text)
        if field == "procedure":
            return text if text in self._procedures else self._name(text, "text")
        if field in _TRADE:
            return self._trade(text)
        if field in ("uuid", "bios_uuid", "vmfs_uuid"):
            return self._uuid(text)
        if field == "ports":
            return self._port(text)
        if field in _JOINED:
            return self._joined(text, _PREFIXES.get(owner, "name"))
        return self._name(text, field.removesuffix("s").replace("_", "-") if type_ is not None else "text")

    def _of_statements(self, text: str, field: str) -> str:
        """What was said about facts: of objects, facts and sources by their names, and values of any kind."""
        if field == "clause":
            return text if text in self._clauses else self._name(text, "text")
        if field == "kind":
            return text if text in _KINDS else self._name(text, "text")
        if field == "date":
            return text if _DATE.fullmatch(text) else self._name(text, "text")
        if field == "fact":
            known = _FACT.fullmatch(text) and set(text.split(".")) - {"*"} <= _FIELDS
            return text if known else self._name(text, "text")
        if field in ("source", "other_source", "order"):
            return text if text in _SOURCES else self._name(text, "source")
        if field == "uuid":
            return self._uuid(text)
        return self._joined(text, "name")

    # --- texts -----------------------------------------------------------------------------------------------------

    def _name(self, text: str, prefix: str) -> str:
        found = self.pseudonyms.get(text)
        return found if found is not None else self._new(text, prefix, lambda number: f"{prefix}-{number:03}")

    def _new(self, text: str, kind: str, make: Any) -> str:
        while True:
            self._numbers[kind] += 1
            name: str = make(self._numbers[kind])
            if name not in self._taken and name not in self._originals:
                self._taken.add(name)
                self.pseudonyms[text] = name
                return name

    def _joined(self, text: str, prefix: str) -> str:
        """A text that may be put together of names that are known by now; as a whole where it is none."""
        if text in self.pseudonyms:
            return self.pseudonyms[text]
        if _PATH.fullmatch(text):
            return self._path(text)
        if _DEVICE.fullmatch(text):
            return self._device(text)
        if _LDN.fullmatch(text) or text in ("true", "false"):
            return text
        if "/" in text:
            return "/".join(self._joined(part, prefix) for part in text.split("/"))
        if _LABEL.fullmatch(text) or _CONTROLLER.fullmatch(text):
            return text
        return self._name(text, prefix)

    def _label(self, text: str) -> str:
        return text if _LABEL.fullmatch(text) else self._name(text, "disk")

    def _device(self, text: str) -> str:
        if text in self.pseudonyms:
            return self.pseudonyms[text]
        match = _DEVICE.fullmatch(text)
        if match is None:
            return self._name(text, "device")
        last = match[2][-4:] if re.fullmatch("[0-9a-f]{4}", match[2][-4:]) else ""
        return self._new(text, "device", lambda number: f"{match[1]}.6{number:0{31 - len(last)}x}{last}")

    def _uuid(self, text: str) -> str:
        if text in self.pseudonyms:
            return self.pseudonyms[text]
        return self._new(text, "uuid", lambda number: f"00000000-0000-4000-8000-{number:012x}")

    def _port(self, text: str) -> str:
        if text in self.pseudonyms:
            return self.pseudonyms[text]
        return self._new(text, "port", lambda number: f"50000000{number:08x}")

    def _path(self, text: str) -> str:
        """``[datastore] folder/file.vmdk``: its names are masked, the kind of file and a snapshot's number stay."""
        match = _PATH.fullmatch(text)
        if match is None:
            return self._name(text, "path")
        parts = [self._file(part) for part in match[2].split("/")] if match[2] else []
        return f"[{self._name(match[1], 'datastore')}] {'/'.join(parts)}"

    def _file(self, part: str) -> str:
        match = re.fullmatch(r"(.*?)(-\d{6})?(\.vmx|\.vmdk|\.vmtx)?", part, re.DOTALL)
        if match is None or not match[1]:
            return part if not part else self._name(part, "file")
        return self._name(match[1], "file") + (match[2] or "") + (match[3] or "")

    def _trade(self, text: str) -> str:
        """Words of the trade; each that is not known is replaced by itself."""
        if _FOUR_PARTS.fullmatch(text) and any(len(part) > 3 or int(part) > 255 for part in text.split(".")):
            return text  # a build, and no address
        return _TOKEN.sub(lambda match: match[0] if self._is_known(match[0]) else self._name(match[0], "word"), text)

    def _is_known(self, word: str) -> bool:
        return word.casefold() in self._words or _NUMBER.fullmatch(word) is not None


_SOURCES = frozenset(
    ("native", "questions", "import", "vcenter", "ism", "esxcli", "vmx", "vm_support", "rvtools", "terraform", "file")
)


def _all_fields() -> frozenset[str]:
    found: set[str] = set()
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
            if type_.kind == "object" and type_.cls is not None:
                open_classes.append(type_.cls)
    return frozenset(found)


_FIELDS = _all_fields() | {
    "vm", "ld", "ld_set", "array", "host", "datastore", "cluster", "vcenter", "disk", "controller", "server", "job", "logical_disk",
}  # fmt: skip


def _vocabulary(catalog: Catalog) -> frozenset[str]:
    """The words of support tables."""
    matrices = [matrix for pack in catalog.packs for matrix in pack.matrices.values()]
    values = (value for matrix in matrices for row in matrix.rows for listed in row.match.values() for value in listed)
    return frozenset(word.casefold() for value in values for word in _TOKEN.findall(value))


def _texts(tree: Any) -> Iterable[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _texts(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from _texts(item)
    elif isinstance(tree, str):
        yield tree


def restore(text: str, originals: Mapping[str, str]) -> str:
    """A text with the names back in it."""
    if not originals:
        return text
    pattern = re.compile("|".join(re.escape(name) for name in sorted(originals, key=len, reverse=True)))
    bounded = re.compile(rf"(?<![\w-])(?:{pattern.pattern})(?![\w-])")
    return bounded.sub(lambda match: originals[match[0]], text)
