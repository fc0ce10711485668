"""One pseudonym for one text, wherever it stands, and of the same make: what the texts of a site have to do with one
another can still be seen. A short name and the name with its domain share their first part, names that differ by case only
have pseudonyms that do, an id in two spellings has one, the last four digits of a device id (an LDN) are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from tenken.model.inventory import device_id

CONTROLLER = re.compile(r"(scsi|nvme|sata|ide|ahci|no-disk-)\d{1,2}|unseen")
LABEL = re.compile(r"(?i)(hard disk|ハード ?ディスク) ?\d{1,3}")
LDN = re.compile(r"(0x)?[0-9a-fA-F]{1,8}[hH]|0x[0-9a-fA-F]{1,8}|[0-9]{1,8}")
NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,20})?([eE][+-]?\d{1,3})?")
_LDN_IN_NAME = re.compile(r"[0-9a-f]{4,8}h")
_VERSION = re.compile(r"[vVrR]?\d{1,5}(\.\d{1,5}){0,2}[a-zA-Z]?|KB\d{6,8}|sp\d|cu\d{1,2}", re.IGNORECASE)
_FOUR_PARTS = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,9}")
_PATH = re.compile(r"\[([^\]]+)\] ?(.*)", re.DOTALL)
_DEVICE = re.compile(r"(naa|eui|t10|mpx|vml)\.(.*?)(:\d{1,3})?", re.DOTALL | re.IGNORECASE)
_FILE = re.compile(r"(.*?)(-\d{6})?(\.vmx|\.vmdk|\.vmtx)?", re.DOTALL)
_DOTTED = re.compile(r"([^.\s]+)\.(\S+)")
_TOKEN = re.compile(r"[\w.]+")
_MOMENT = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}([T ][\d:.]{2,15}([+-]\d{2}:?\d{2}|Z)?)?")
_QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
_VOLUME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""The UUID of a VMFS volume has a shape of its own, by which readers know it."""
_UUID, _VOLUMES, _PORT = "00000000-0000-4000-8000-", "00000000-80000000-4000-", "50:00:00:00:"
_HEX = re.compile("[0-9a-f]{4}")


class _Spelled(NamedTuple):
    """A text in one of the spellings that mean the same."""

    kind: str
    text: str


class Pseudonyms:
    """``known``: those of an earlier bundle, pseudonym → text, which stay. ``words``: the trade's, which are kept, in lower case."""

    def __init__(self, known: Mapping[str, str], words: frozenset[str]) -> None:
        self.words = words
        self.originals: dict[str, str] = {}
        """Pseudonym → the text that it stands for: the map that stays at home."""
        self.avoided: set[str] = set()
        """Texts of the site, in lower case: none of them may be a pseudonym."""
        self._names: dict[_Spelled | str, str] = {}
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()
        for name, text in known.items():
            self._keep(text, name, _key_of(name, text))

    def avoid(self, texts: Iterable[str]) -> None:
        self.avoided.update(text.strip().casefold() for text in set(texts))

    def of(self, text: str) -> str | None:
        """The pseudonym that a text has already."""
        return self._names.get(text.strip())

    # --- texts that are replaced ---------------------------------------------------------------------------------------

    def name(self, text: str, prefix: str) -> str:
        """A name of any kind. Its first part and its domain, where it has one, are two."""
        text = text.strip()
        found = self._names.get(text)
        if found is not None or not text:
            return found or ""
        dotted = _DOTTED.fullmatch(text)
        if dotted and not text.replace(".", "").isdigit() and ":" not in text:
            made = f"{self._whole(dotted[1], prefix)}.{self._whole(dotted[2], 'domain')}"
            return self._keep(text, made, text)
        return self._whole(text, prefix)

    def _whole(self, text: str, prefix: str) -> str:
        found = self._names.get(text)
        if found is not None:
            return found
        namesake = self._names.get(_Spelled("name", text.casefold()))
        if namesake is not None:
            for variant in _cased(namesake):
                if variant not in self._taken:
                    return self._keep(text, variant, text)
        return self._new(text, _Spelled("name", text.casefold()), prefix, lambda number: f"{prefix}-{number:03}")

    def device(self, text: str) -> str:
        text = text.strip()
        match = _DEVICE.fullmatch(text)
        if match is None:
            return self.name(text, "device")
        partition = match[3] or ""
        key = _Spelled("name", device_id(text))
        if key not in self._names:
            kind, last = match[1].lower(), match[2][-4:].lower()
            last = last if _HEX.fullmatch(last) else ""
            self._new(text.removesuffix(partition), key, "device", lambda at: f"{kind}.6{at:0{31 - len(last)}x}{last}")
        return self._names[key] + partition

    def uuid(self, text: str) -> str:
        shape = _VOLUMES if _VOLUME.fullmatch(text.strip()) else _UUID
        return self._id(text, _digits(text), "uuid", lambda number: f"{shape}{number:012x}")

    def port(self, text: str) -> str:
        return self._id(text, _digits(text), "port", lambda at: _PORT + ":".join(f"{at:08x}"[i : i + 2] for i in (0, 2, 4, 6)))

    def _id(self, text: str, digits: str, kind: str, make: Callable[[int], str]) -> str:
        key = _Spelled(kind, digits)
        return self._names[key] if key in self._names else self._new(text.strip(), key, kind, make)

    def path(self, text: str) -> str:
        """``[datastore] folder/file.vmdk``: its names are masked, the kind of file and a snapshot's number stay."""
        match = _PATH.fullmatch(text.strip())
        if match is None:
            return self.name(text, "path")
        parts = [self._file(part) for part in match[2].split("/")] if match[2] else []
        return f"[{self.name(match[1], 'datastore')}] {'/'.join(parts)}".rstrip()

    def _file(self, part: str) -> str:
        match = _FILE.fullmatch(part)
        if match is None or not match[1]:
            return part if not part else self.name(part, "file")
        return self.name(match[1], "file") + (match[2] or "") + (match[3] or "")

    def joined(self, text: str, prefix: str) -> str:
        """A text that may be put together of names that are known by now; as a whole where it is none."""
        text = text.strip()
        if text in self._names:
            return self._names[text]
        if _PATH.fullmatch(text):
            return self.path(text)
        if _DEVICE.fullmatch(text):
            return self.device(text)
        if _LDN_IN_NAME.fullmatch(text) or not text:
            return text
        if "/" in text:
            return "/".join(self.joined(part, prefix) for part in text.split("/"))
        if LABEL.fullmatch(text) or CONTROLLER.fullmatch(text):
            return text
        if text.endswith((".vmx", ".vmdk", ".vmtx")):
            return self._file(text)
        return self.name(text, prefix)

    # --- texts of which words are kept -----------------------------------------------------------------------------------

    def trade(self, text: str, words: frozenset[str] = frozenset()) -> str:
        """Words of the trade, and ``words``; each that is not known is replaced by itself."""
        return _TOKEN.sub(lambda match: match[0] if self._is_known(match[0], words) else self.name(match[0], "word"), text)

    def prose(self, text: str, words: frozenset[str]) -> str:
        """A message of a program whose own words are ``words``: what it quotes is replaced, and every other word."""

        def quoted(match: re.Match[str]) -> str:
            inner = match[1] if match[1] is not None else match[2]
            if self.of(inner) is None and all(self._is_known(word, words) for word in _TOKEN.findall(inner)):
                return match[0]
            return f"'{self.joined(inner, 'word')}'"

        parts = []
        end = 0
        for match in _QUOTED.finditer(text):
            parts += [self._words_of(text[end : match.start()], words), quoted(match)]
            end = match.end()
        return "".join([*parts, self._words_of(text[end:], words)])

    def _words_of(self, text: str, words: frozenset[str]) -> str:
        def one(match: re.Match[str]) -> str:
            word = match[0].strip(".:")
            if not word or _MOMENT.fullmatch(word):
                return match[0]
            kept = self.of(word) or (self.device(word) if _DEVICE.fullmatch(word) else self.trade(word, words))
            return match[0].replace(word, kept, 1)

        return re.sub(r"[^\s,;()=\[\]/]+", one, text)

    def _is_known(self, word: str, words: frozenset[str]) -> bool:
        folded = word.strip(".").casefold()
        if not folded or folded in self.words or folded in words or _VERSION.fullmatch(folded):
            return True
        # four parts are a build, and no address, only where one of them is too large
        return _FOUR_PARTS.fullmatch(word) is not None and any(len(p) > 3 or int(p) > 255 for p in word.split("."))

    # --- making them -----------------------------------------------------------------------------------------------------

    def _new(self, text: str, key: _Spelled, kind: str, make: Callable[[int], str]) -> str:
        while True:
            self._numbers[kind] += 1
            name = make(self._numbers[kind])
            if name not in self._taken and name.casefold() not in self.avoided:
                return self._keep(text, name, key)

    def _keep(self, text: str, name: str, key: _Spelled | str) -> str:
        self._taken.add(name)
        self.originals.setdefault(name, text)
        self._names.setdefault(key, name)
        self._names.setdefault(text, name)
        return name


def _digits(text: str) -> str:
    return "".join(character for character in text.casefold().removeprefix("0x") if character not in " -:{}")


def _key_of(name: str, text: str) -> _Spelled | str:
    """By what a text of an earlier map is found again, whatever its spelling."""
    if name.startswith((_UUID, _VOLUMES)):
        return _Spelled("uuid", _digits(text))
    if name.startswith(_PORT):
        return _Spelled("port", _digits(text))
    if _DEVICE.fullmatch(name):
        return _Spelled("name", device_id(text))
    return _Spelled("name", text.casefold()) if name == name.lower() and "." not in name else text


def _cased(name: str) -> Iterable[str]:
    """The spellings of a pseudonym that differ in the case of letters."""
    letters = [position for position, character in enumerate(name) if character.isalpha()][:8]
    for number in range(1, 2 ** len(letters)):
        upper = {position for bit, position in enumerate(letters) if number >> bit & 1}
        yield "".join(character.upper() if at in upper else character for at, character in enumerate(name))


def restore(text: str, originals: Mapping[str, str]) -> str:
    """A text with the names back in it."""
    if not originals:
        return text
    pattern = "|".join(re.escape(name) for name in sorted(originals, key=len, reverse=True))
    bounded = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")
    return bounded.sub(lambda match: originals[match[0]], text)
