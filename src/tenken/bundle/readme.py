"""What a bundle says of itself, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tenken
from tenken.bundle.decisions import BASELINE, CONFIG, WAIVERS
from tenken.bundle.inputs import Input

_TEXT = {
    "en": """# A site under pseudonyms

Written by tenken {version}. Names, addresses, ids and free text are replaced, the same text by the same pseudonym in all files.
Whoever made this bundle keeps the map and can put the names back: `tenken unmask NAME.map.json answer.md`.

To get the verdicts of `report.md` from these files, unpack them and run in this folder:

```sh
tenken check
```

| file | is |
|---|---|
""",
    "ja": """# 仮名化したサイト情報

tenken {version} で作成しました。名前・アドレス・ID・自由記述は仮名に置き換えています（同じ文字列はどのファイルでも同じ仮名です）。
対応表は作成者の手元にあり、`tenken unmask NAME.map.json answer.md`（NAME はアーカイブの名前）で元の名前に戻せます。

`report.md` と同じ判定を得るには、展開したフォルダーで次を実行してください:

```sh
tenken check
```

| ファイル | 内容 |
|---|---|
""",
}
_FILES = {
    "input": ("what one source said, before merging ({kind})", "入力1件の内容（統合前、{kind}）"),
    "raw": (
        "that RVTools export as it was written, tab by tab: `tenken check raw/…` reads it",
        "同じRVToolsエクスポートの元の形式（タブごとのCSV）。`tenken check raw/…` で読み込めます",
    ),
    "inputs.json": (
        "of each input: kind, size, lists, what its reader warned of, columns that are not read",
        "各入力の種類・サイズ・一覧の件数・読み込み時の警告・読み込まない列",
    ),
    CONFIG: ("the settings of the run", "実行時の設定"),
    WAIVERS: ("accepted risks, one by one", "受容済みリスク（1件ずつ展開）"),
    BASELINE: ("findings that were known", "既知の検出結果"),
    "report.json": ("the report, made from these files alone", "これらのファイルだけから作成した点検結果"),
    "report.md": ("the same, for reading", "同上（閲覧用）"),
    "versions.json": (
        "tenken, Python, rule packs; whether the verdicts are those of the originals",
        "tenken・Python・ルールパックの版、および元の入力と判定が一致するか",
    ),
}


def text(inputs: Sequence[Input], files: Mapping[str, str]) -> str:
    """English first, then Japanese."""
    return "\n".join(_in(lang, inputs, files) for lang in ("en", "ja"))


def _in(lang: str, inputs: Sequence[Input], files: Mapping[str, str]) -> str:
    ja = lang == "ja"
    lines = []
    for one in inputs:
        lines.append(f"| `{one.file}` | {_FILES['input'][ja].format(kind=one.about['kind'])} |")
        if one.about.get("raw"):
            lines.append(f"| `{one.about['raw']}/` | {_FILES['raw'][ja]} |")
    lines += [f"| `{name}` | {words[ja]} |" for name, words in _FILES.items() if name in files]
    return _TEXT[lang].format(version=tenken.__version__) + "\n".join(lines) + "\n"
