"""A runbook as Markdown or as a page with check boxes, in one language: it is printed, signed and filed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from tenken.engine.procedures.runbook import Box, Piece, WrittenRunbook
from tenken.outputs import html, words
from tenken.outputs.markdown_text import inert
from tenken.outputs.templating import Templates

FORMATS = ("markdown", "html")


def render(runbook: WrittenRunbook, format: str, lang: str, generated: str, templates: Path | None = None) -> str:
    """The runbook in ``markdown`` or ``html``. ``generated``: the moment, as people read it."""
    make = html.inert if format == "html" else inert
    blank = _html_blank if format == "html" else _markdown_blank

    def piece(found: Piece) -> Markup:
        text: str = getattr(found, lang)
        return blank(text) if found.blank else make(text) if text.strip() else Markup(text)

    def pieces(found: tuple[Piece, ...] | list[Piece]) -> Markup:
        return Markup("").join(map(piece, found))

    def box(found: Box) -> Markup:
        return pieces(found.pieces)

    functions: dict[str, Any] = {
        "pieces": pieces,
        "box": box,
        "text": lambda both: make(_sentence(getattr(both, lang))),
        "say": lambda key, **values: make(words.word(key, lang, **values)),
        "integrity": html.integrity,
    }
    name = "runbook.html.j2" if format == "html" else "runbook.md.j2"
    return Templates(templates, make, functions).render(name, runbook=runbook, lang=lang, generated=generated).strip() + "\n"


def _sentence(text: str) -> str:
    """Titles of steps begin small, since messages quote them; on a page they begin a line."""
    return text[:1].upper() + text[1:]


def _html_blank(label: str) -> Markup:
    return Markup('<span class="blank"><span class="line"></span><small>{}</small></span>').format(html.inert(label))


def _markdown_blank(label: str) -> Markup:
    return Markup("**\\_\\_\\_\\_\\_\\_\\_\\_** ({})").format(inert(label))
