"""Which report goes where: formats and files as they were asked for, each with its partner."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from tenken.cli.errors import usage
from tenken.cli.options import format_by_suffix
from tenken.cli.terminal import STANDARD_OUTPUT
from tenken.document.said import Said
from tenken.outputs import registry

Target = tuple[str, Path | None]
"""A format, and the file that it goes to; None is standard output."""


def paired(formats: Sequence[str], outputs: Sequence[Path]) -> list[Target]:
    """Which format goes where. What has no file goes to standard output; at most one can, and where none does, the console report is shown there."""
    if not formats:
        formats = [_format_for(path) for path in outputs] or ["console"]
    if len(outputs) > len(formats):
        usage(
            Said(
                f"{len(outputs)} --output for {len(formats)} --format",
                f"--format が {len(formats)} 個に対して --output が {len(outputs)} 個あります",
            ),
            Said(
                "give as many --format as --output, or none: the suffix decides then",
                "--format を --output と同じ数だけ指定するか、省略してください（拡張子で決まります）",
            ),
        )
    targets = [(format, None if path == STANDARD_OUTPUT else path) for format, path in zip_longest(formats, outputs)]
    without_file = [format for format, path in targets if path is None]
    if len(without_file) > 1:
        usage(
            Said(
                f"{' and '.join(without_file)} can't share standard output",
                f"標準出力に出力できる形式は1つだけです: {'、'.join(without_file)}",
            ),
            Said("give each but one an --output", "1つを除き、それぞれに --output を指定してください"),
        )
    if len({path.absolute() for path in outputs}) < len(outputs):
        usage(Said("two reports would be written to one file", "2つの報告書の出力先が同じファイルです"))
    return targets if without_file else [*targets, ("console", None)]


def _format_for(output: Path) -> str:
    return "console" if output == STANDARD_OUTPUT else format_by_suffix(output, registry.FORMATS)
