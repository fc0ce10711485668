"""What an input is and what it states about itself, in both languages.

Reports carry it in English, as product names, versions and dates with a few words between them: see ``format`` and ``read_as`` of
``InputUsed``. What is not known here stays as it is.
"""

from __future__ import annotations

import re

from tenken.model.report import InputUsed
from tenken.model.rule import Text

_KINDS = (
    (r"native (YAML|JSON)", r"\1形式のインベントリ"),
    (r"(RVTools(?: [\d.]+)?) workbook", r"\1のブック"),
    (r"(RVTools(?: [\d.]+)?) CSV files", r"\1のCSVファイル"),
    (r"iStorage XML", "iStorageのXML出力"),
    (r"iSMrc_query and iSMsc_query", "iSMrc_query、iSMsc_queryの出力"),
    (r"(iSMrc_query|iSMsc_query)", r"\1の出力"),
    (r"iStorage query", "iStorageの照会結果"),
    (r"(Terraform|OpenTofu) plan", r"\1のプラン"),
    (r"(Terraform|OpenTofu) state", r"\1のステート"),
    (r"raw (Terraform|OpenTofu) state", r"\1のステートファイル"),
    (r"VMware \.vmx", "VMwareの.vmx"),
    (r"VMware configuration files", "VMwareの構成ファイル"),
    (r"esxcli listings", "esxcliの出力"),
    (r"vm-support bundle", "vm-supportバンドル"),
    (r"questionnaire", "ヒアリングシート"),
    (r"waivers", "免除"),
    (r"baseline", "ベースライン"),
)
_DETAILS = (
    (r", exported (.+)", r"、エクスポート日時 \1"),
    (r"(?:, )?planned (.+)", r"、計画日時 \1"),
    (r", (\d+) logical disks of the array itself left out", r"、ディスクアレイ自身の論理ディスク\1件を除外"),
)


def kind(used: InputUsed) -> Text:
    """``RVTools 4.6 workbook``."""
    found = (match.expand(ja) for en, ja in _KINDS if (match := re.fullmatch(en, used.format)))
    return Text.model_construct(en=used.format, ja=next(found, used.format))


def details(used: InputUsed) -> Text:
    """``RVTools 4.6.1.0, exported 2026-10-01 12:00:00``; empty where an input says nothing of itself."""
    parts = (used.read_as or "").split("; ")
    for en, ja in _DETAILS:
        parts = [re.sub(en, ja, part) for part in parts]
    return Text.model_construct(en=used.read_as or "", ja="、".join(part.removeprefix("、") for part in parts))


def label(used: InputUsed) -> Text:
    """Both of them."""
    what, more = kind(used), details(used)
    if not more.en:
        return what
    return Text.model_construct(en=f"{what.en}, read as {more.en}", ja=f"{what.ja}（{more.ja}）")
