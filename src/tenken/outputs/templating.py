"""Jinja as both pages use it: our templates, a user's instead of those of the same name, and every value made safe.

The environment escapes through ``finalize``, which sees every value that a template prints. So nothing depends on
a template's author remembering a filter, and the same holds for templates that users bring. Those run in Jinja's
sandbox: a folder of templates in a pull request must not be able to run code in CI.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

import jinja2
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from tenken import kept, resources
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem, one_of
from tenken.document.said import Said

_KEPT = 32
"""So many compiled templates stay in the user's cache folder."""

Escape = Callable[[str], Markup]


class Templates:
    """The templates of one format. ``escape`` turns a value's text into the format's own text."""

    def __init__(self, templates: Path | None, escape: Escape, functions: dict[str, Any]) -> None:
        self._own = templates
        if templates is not None:
            _insist_on_templates(templates)
        folders = [folder for folder in (templates, resources.TEMPLATES) if folder is not None]
        self._environment = ImmutableSandboxedEnvironment(
            loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder) for folder in folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            finalize=lambda value: value if isinstance(value, (Markup, jinja2.Undefined)) else escape(str(value)),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_Compiled(),
        )
        self._environment.globals.update(functions)

    def render(self, name: str, **values: Any) -> str:
        """A template filled in. Raises InputError where a user's template is at fault."""
        try:
            return self._environment.get_template(name).render(**values)
        except Exception as error:
            if self._own is None:
                raise
            raise InputError([_problem(error, self._own / name)]) from error


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates, kept for this process and the next: to compile one takes longer than to fill it in.

    What escapes values is no part of them, and constants are escaped as HTML whatever the format.
    """

    _codes: ClassVar[dict[str, tuple[str, CodeType]]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code
            return
        folder = kept.folder()
        compiled = kept.read(_file(folder, bucket), bytes) if folder is not None else None
        if compiled is not None:
            with contextlib.suppress(Exception):  # an entry that can't be read is no entry
                bucket.bytecode_from_string(compiled)  # of another text, or another Python, it takes none
        self._remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._remember(bucket)
        folder = kept.folder()
        if folder is not None:
            kept.write(_file(folder, bucket), bucket.bytecode_to_string(), _KEPT)

    def _remember(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.checksum, bucket.code


def _file(folder: Path, bucket: Bucket) -> Path:
    return folder / f"{bucket.key}.template"


def _insist_on_templates(folder: Path) -> None:
    """A folder none of whose files would be used is a mistake, not a wish for the built-in templates."""
    if not folder.is_dir():
        raise InputError(
            [Problem(Said(f"there is no folder of templates at {folder}", f"テンプレートのフォルダ {folder} が見つかりません"))]
        )
    known = sorted(path.name for path in resources.TEMPLATES.iterdir())
    if not any((folder / name).is_file() for name in known):
        raise InputError(
            [
                Problem(
                    Said(f"{folder} holds no template that could be used", f"{folder} に使用できるテンプレートがありません"),
                    hint=one_of(known),
                )
            ]
        )


def _problem(error: Exception, template: Path) -> Problem:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Problem(_at_fault(error.message), Place(error.filename or str(template), error.lineno, 1))
    if isinstance(error, jinja2.TemplateNotFound):
        return Problem(
            Said(
                f"template {error.name!r} is neither in {template.parent} nor among those of tenken",
                f"テンプレート {error.name!r} は {template.parent} にもtenkenの標準テンプレートにもありません",
            )
        )
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            template, line = Path(trace.tb_frame.f_code.co_filename), trace.tb_lineno
        trace = trace.tb_next
    return Problem(_at_fault(error), Place(str(template), line))


def _at_fault(detail: object) -> Said:
    return Said(f"template: {detail}", f"テンプレートに誤りがあります: {detail}")
