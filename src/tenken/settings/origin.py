"""Where a setting comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from tenken.document.place import Place
from tenken.settings.file import ConfigFile

T = TypeVar("T", covariant=True)
Kind = Literal["option", "environment", "file", "profile", "default"]
"""From what goes before to what comes last."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said so: an option, a variable, a line of a file, a profile; or nobody."""

    kind: Kind
    name: str = ""
    """The option, the variable or the profile."""
    place: Place | None = None

    def __str__(self) -> str:
        if self.kind == "file":
            return str(self.place)
        return f"profile {self.name}" if self.kind == "profile" else self.name or self.kind


DEFAULT = Origin("default")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value in force, and where it comes from."""

    name: str
    value: T
    origin: Origin


def of_file(file: ConfigFile, *route: str | int) -> Origin:
    """The line of a file that states what stands at a route."""
    return Origin("file", file.document.name, file.locate(*route))
