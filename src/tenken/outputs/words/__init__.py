"""The fixed words of reports, in both languages. Every output takes them from here, so that all say the same."""

from tenken.outputs.words.report import LANGS, SYMBOLS, WORDS, Lang, exit_text, named, text, word

__all__ = ["LANGS", "SYMBOLS", "WORDS", "Lang", "exit_text", "named", "text", "word"]
