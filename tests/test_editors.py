"""Schemas for editors: what docs/editors.md and docs/configuration.md show is what the schemas and the reader take."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tenken import schemas
from tenken.model.config import PROFILES, Config
from tenken.settings.file import read

ROOT = Path(__file__).parents[1]
DOCUMENTATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```toml\n(.*?)```", DOCUMENTATION, re.DOTALL)


def test_the_example_of_the_documentation_is_read_and_fits_the_schema(tmp_path: Path) -> None:
    assert EXAMPLE is not None
    (tmp_path / "tenken.toml").write_text(EXAMPLE[1], encoding="utf-8")
    assert read(tmp_path / "tenken.toml").config.profile == "design-review"
    jsonschema.validate(tomllib.loads(EXAMPLE[1]), schemas.generate("config"))


@pytest.mark.parametrize("wrong", [{"fail_on": "error"}, {"unknown": "fial"}, {"packs": [{}]}, {"rules": {"x": "of"}}])
def test_editors_mark_what_the_reader_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schemas.generate("config"))


def test_every_key_is_documented() -> None:
    for name, field in Config.model_fields.items():
        assert f"`{field.alias or name}`" in DOCUMENTATION
        assert field.description


def test_the_profiles_are_documented_as_they_are() -> None:
    for name, profile in PROFILES.items():
        assert f"| `{name}` | `{profile.settings.fail_on}` | `{profile.settings.unknown}` |" in DOCUMENTATION


def test_the_settings_of_vs_code_name_schemas_that_there_are() -> None:
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert blocks and all(json.loads(block) for block in blocks)
    named = set(re.findall(r"\.vscode/(\w+)\.schema\.json", " ".join(blocks)))
    assert {"inventory", "rule", "config"} <= named
    assert named - {"waivers"} <= set(schemas.NAMES)
