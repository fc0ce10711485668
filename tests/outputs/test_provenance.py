"""What an input is, in the words of both languages."""

from __future__ import annotations

import pytest

from tenken.model.report import InputUsed
from tenken.outputs import provenance


@pytest.mark.parametrize(
    ("form", "read_as", "en", "ja"),
    [
        ("native YAML", None, "native YAML", "YAML形式のインベントリ"),
        ("RVTools workbook", None, "RVTools workbook", "RVToolsのブック"),
        (
            "RVTools 4.6 workbook",
            "RVTools 4.6.1.0, exported 2026-10-01 12:00:00; RVTools 4.6.1.0",
            "RVTools 4.6 workbook, read as RVTools 4.6.1.0, exported 2026-10-01 12:00:00; RVTools 4.6.1.0",
            "RVTools 4.6のブック（RVTools 4.6.1.0、エクスポート日時 2026-10-01 12:00:00、RVTools 4.6.1.0）",
        ),
        (
            "iStorage XML",
            "iSM 9.4.001, 2 logical disks of the array itself left out",
            "iStorage XML, read as iSM 9.4.001, 2 logical disks of the array itself left out",
            "iStorageのXML出力（iSM 9.4.001、ディスクアレイ自身の論理ディスク2件を除外）",
        ),
        (
            "raw OpenTofu state",
            "OpenTofu 1.9",
            "raw OpenTofu state, read as OpenTofu 1.9",
            "OpenTofuのステートファイル（OpenTofu 1.9）",
        ),
        (
            "Terraform plan",
            "planned 2026-11-24T08:00:00Z",
            "Terraform plan, read as planned 2026-11-24T08:00:00Z",
            "Terraformのプラン（計画日時 2026-11-24T08:00:00Z）",
        ),
        ("iSMrc_query and iSMsc_query", None, "iSMrc_query and iSMsc_query", "iSMrc_query、iSMsc_queryの出力"),
        ("something new", "of 2030", "something new, read as of 2030", "something new（of 2030）"),
    ],
)
def test_an_input_in_both_languages(form: str, read_as: str | None, en: str, ja: str) -> None:
    told = provenance.label(InputUsed("a", form, read_as))
    assert (told.en, told.ja) == (en, ja)
