"""``tenken import``."""

from __future__ import annotations

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, tell
from tenken.cli.options import AssumeLdnOption, DebugOption, ForceOption, LangOption, OutputOption, Paths, RulesOption
from tenken.cli.root import app
from tenken.cli.terminal import deliver, progress, spare_existing, wrote


@app.command(
    "import",
    epilog="Example: tenken import RVTools.xlsx ism.xml notes.yaml -o inventory.yaml; tenken check inventory.yaml then finds the same.",
)
def import_(
    paths: Paths = None,
    output: OutputOption = None,
    force: ForceOption = False,
    lang: LangOption = None,
    rules: RulesOption = None,
    assume_ldn: AssumeLdnOption = False,
    debug: DebugOption = False,
) -> None:
    """Merge sources into one commented inventory: where everything came from, and what is not known yet."""
    spare_existing(output, force)
    with errors_for_people(debug):
        from tenken import pipeline

        with progress() as step:
            settings = configured(paths=paths, rules=rules, lang=lang, assume_ldn=assume_ldn)
            chosen = settings.language.value
            written = pipeline.merged(run_of(settings, progress=step), chosen)
        deliver(written, output)
        if output is not None:
            tell(wrote(output).text(chosen))
