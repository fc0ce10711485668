"""``tenken bundle`` and ``tenken unmask``."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, tell, usage
from tenken.cli.options import (
    AssumeLdnOption,
    BaselineOption,
    ConfigOption,
    DebugOption,
    LangOption,
    NoWaiversOption,
    OutputOption,
    Paths,
    ProfileOption,
    RulesOption,
    WaiversOption,
)
from tenken.cli.root import app
from tenken.cli.terminal import deliver, progress, spare_existing, write
from tenken.document.said import Said

_MAP = "tenken_bundle_map"


@app.command(
    epilog="Example: tenken bundle RVTools.xlsx ism.xml -o support.zip; send support.zip, keep support.map.json. "
    "tenken unmask support.map.json answer.md puts the names back."
)
def bundle(
    paths: Paths = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Archive to write.", metavar="FILE.zip")] = Path("support.zip"),
    map_: Annotated[
        Optional[Path],
        typer.Option(
            "--map",
            help="Map of pseudonyms; one that is there is used and added to, so that pseudonyms stay. Default: FILE.map.json.",
            metavar="FILE",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the archive if it exists.")] = False,
    lang: LangOption = None,
    rules: RulesOption = None,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    baseline: BaselineOption = None,
    assume_ldn: AssumeLdnOption = False,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    debug: DebugOption = False,
) -> None:
    """Pack inputs, report and versions for somebody else: under pseudonyms, with the map kept beside, never inside."""
    beside = map_ if map_ is not None else output.with_suffix(".map.json")
    spare_existing(output, force)
    if beside.absolute() == output.absolute():
        usage(Said("the map can't be the archive", "対応表とアーカイブは別のファイルにしてください"))
    known = _read_map(beside) if beside.exists() else {}
    with errors_for_people(debug):
        from tenken.bundle import InForce, make

        with progress() as step:
            settings = configured(
                paths=paths,
                rules=rules,
                lang=lang,
                config=config,
                profile=profile,
                assume_ldn=assume_ldn,
                waivers=waivers,
                no_waivers=no_waivers,
                baseline=baseline,
            )
            run = run_of(settings, progress=step)
            step("masking")
            in_force = InForce(
                fail_on=settings.fail_on.value,
                unknown=settings.unknown.value,
                rules={setting.value.rule: setting.value.switch for setting in settings.rules},
                precedence=settings.order_of_sources,
                assumptions=[setting.value for setting in settings.assumptions],
            )
            inputs = [setting.value for setting in settings.found_inputs()]
            made = make(inputs, run, known, settings.language.value, in_force)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in made.files.items():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                archive.writestr(entry, content.encode("utf-8", "backslashreplace"))
        write(
            beside, json.dumps({_MAP: 1, "inputs": made.inputs, "names": made.originals}, ensure_ascii=False, indent=1) + "\n"
        )
        beside.chmod(0o600)
        write(output, buffer.getvalue())
        japanese = settings.language.value == "ja"
        tell(
            f"{output} を作成しました（送付用）。{beside} は名前の対応表です。送付せず手元に保管してください。"
            if japanese
            else f"wrote {output}, to be sent; {beside} tells the names and stays with you"
        )
        if not made.same:
            tell(
                f"注意: 仮名化により結果の一部が変わりました（ルールが参照する語が伏せられたため）: {'; '.join(made.differences)}"
                if japanese
                else "note: some results differ under pseudonyms, since a word that a rule reads was masked: "
                + "; ".join(made.differences)
            )


@app.command(epilog="Example: tenken unmask support.map.json answer.md > answer.with-names.md")
def unmask(
    map_: Annotated[Path, typer.Argument(help="The map that tenken bundle wrote beside the archive.", metavar="MAP")],
    file: Annotated[Path, typer.Argument(help="A text with pseudonyms, such as an answer or a report.", metavar="FILE")],
    output: OutputOption = None,
) -> None:
    """Put the names back into a text that speaks of a bundle."""
    with errors_for_people(debug=False):
        from tenken.bundle.pseudonyms import restore
        from tenken.document.text import decode, read_bytes

        text = restore(decode(read_bytes(file, str(file)), str(file)), _read_map(map_))
        deliver(text, output)


def _read_map(path: Path) -> dict[str, str]:
    """Pseudonym → name. A file that is no map is a mistake of the user's."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        names = found["names"]
        if found[_MAP] == 1 and all(isinstance(text, str) for text in names.values()):
            return dict(names)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    usage(
        Said(f"{path} is no map of pseudonyms", f"{path} は仮名の対応表ではありません"),
        Said("tenken bundle writes one beside the archive", "対応表は tenken bundle がアーカイブと同じ場所に作成します"),
    )
