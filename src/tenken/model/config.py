"""The configuration file: what ``tenken.toml``, or ``[tool.tenken]`` in pyproject.toml, may hold."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tenken.model.rule import Id, Text
from tenken.model.severity import FAIL_ON, FailOn

Switch = Literal["on", "off", "error", "warning", "note"]
"""What is made of a rule: on = at its own level; off = not at all; else the level that it gets."""

UnknownPolicy = Literal["threshold", "fail", "warn", "ignore"]
UNKNOWN_POLICIES: tuple[UnknownPolicy, ...] = get_args(UnknownPolicy)

Language = Literal["en", "ja"]
Assumption = Literal["ldn_from_naa"]
PathText = Annotated[str, StringConstraints(min_length=1)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]

_RULES = (
    "Rule id, or a pattern with *, and what is made of it: a level (error, warning, note), off, or on for its own level. "
    "An id goes before a pattern, a later pattern before an earlier one"
)
_FAIL_ON = f"Exit 1 from this severity on; each includes those before it: {' < '.join(FAIL_ON)}"
_UNKNOWN = (
    "What is not decidable is to the gate: threshold = as fail-on says; fail = a failure at any threshold; warn = a warning; "
    "ignore = nothing. Verdicts stay unknown whatever stands here"
)


class ConfigModel(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False, defer_build=True)


class PackPin(ConfigModel):
    """A rule pack of one's own, and what it must be."""

    path: PathText = Field(description="Folder of the pack, from the folder of this file")
    id: Id | None = Field(default=None, description="The id that its pack.yaml must state")
    edition: str | None = Field(default=None, description="The edition that its pack.yaml must state")
    digest: Digest | None = Field(default=None, description="The digest that its files must have: tenken rules lock prints it")


class Profile(ConfigModel):
    """Settings under one name. What stands outside the profile goes before it."""

    description: str | None = Field(default=None, description="What it is for")
    fail_on: FailOn | None = Field(default=None, alias="fail-on", description=_FAIL_ON)
    unknown: UnknownPolicy | None = Field(default=None, description=_UNKNOWN)
    language: Language | None = Field(default=None, description="Language of reports")
    rules: dict[str, Switch] = Field(default_factory=dict, description=_RULES)


class Config(ConfigModel):
    """Settings of tenken. Paths are seen from the folder of this file."""

    inputs: list[PathText] | None = Field(
        default=None, description="Inventories that tenken check reads where no path is given: files, folders, patterns (*, **)"
    )
    packs: list[PackPin] = Field(default_factory=list, description="Further rule packs")
    locked: bool | None = Field(default=None, description="Refuse to check with packs other than those of tenken.lock")
    profile: str | None = Field(
        default=None, description="Profile in force: strict, design-review, support, or one of profiles"
    )
    profiles: dict[str, Profile] = Field(default_factory=dict, description="Profiles of one's own, by name")
    fail_on: FailOn | None = Field(default=None, alias="fail-on", description=_FAIL_ON)
    unknown: UnknownPolicy | None = Field(default=None, description=_UNKNOWN)
    language: Language | None = Field(default=None, description="Language of reports and messages. Default: that of the locale")
    rules: dict[str, Switch] = Field(default_factory=dict, description=_RULES)
    waivers: PathText | None = Field(default=None, description="File with the waivers")
    baseline: PathText | None = Field(default=None, description="File with the findings that are known already")
    precedence: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Fact (vm.power_state, vm.guest, or * for all) and its sources, the one to believe first",
    )
    assumptions: list[Assumption] = Field(default_factory=list, description="What may be assumed where nothing tells")


class BuiltInProfile(ConfigModel):
    """A profile that tenken knows by itself."""

    about: Text
    settings: Profile


def _built_in(fail_on: FailOn, unknown: UnknownPolicy, en: str, ja: str) -> BuiltInProfile:
    settings = Profile.model_validate({"fail-on": fail_on, "unknown": unknown, "description": en})
    return BuiltInProfile(about=Text(en=en, ja=ja), settings=settings)


PROFILES: dict[str, BuiltInProfile] = {
    "strict": _built_in(
        "warning",
        "fail",
        "Before going live: whatever is not proven to be right fails, warnings and what was not collected included.",
        "本番移行前: 警告や未収集の情報も含め、正しいと確認できないものはすべて不合格とします。",
    ),
    "design-review": _built_in(
        "inquire",
        "warn",
        "While designing: mistakes, and what the vendor must be asked, fail; what is not decided yet is a warning.",
        "設計レビュー: 誤りと、ベンダーへの問い合わせが必要な項目を不合格とします。未定の項目は警告にとどめます。",
    ),
    "support": _built_in(
        "error",
        "ignore",
        "For exports of a site, which never tell everything: only what is known to be wrong fails; what to ask for is listed.",
        "サポート調査: すべての情報がそろわないエクスポートを前提に、誤りと確定したものだけを不合格とし、確認すべき情報を一覧にします。",
    ),
}
"""Profiles that need no file. docs/configuration.md shows them as a table."""
