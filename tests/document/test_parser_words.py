"""What others say of an input is told in Japanese; what is not known stays as it was said."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
from pathlib import Path
from xml.parsers import expat

import pytest

from tenken.cli.terminal import unwritable
from tenken.document import parser_words
from tenken.document.wording import unreadable

LATIN = re.compile(r"\b[a-z]{3,}\b")


@pytest.mark.parametrize(
    "text",
    ["<a><b></a>", "<a>", "", "<a/><b/>", "<a b='1' b='2'/>", "<a>&x;</a>", "<a", "< a/>", "  <?xml version='1.0'?><a/>"],
)
def test_what_expat_says(text: str) -> None:
    with pytest.raises(expat.ExpatError) as raised:
        expat.ParserCreate("utf-8").Parse(text.encode(), True)
    assert not LATIN.search(parser_words.xml_ja(str(raised.value)))


def test_what_the_csv_reader_says() -> None:
    with pytest.raises(csv.Error) as raised:
        list(csv.reader(io.StringIO(f'"{"x" * 200_000}"')))
    assert parser_words.csv_ja(str(raised.value)) == "長すぎる値があります"


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC, errno.EROFS])
def test_what_the_operating_system_says(number: int) -> None:
    error = OSError(number, os.strerror(number))
    for said in (unreadable(error), unwritable(Path("報告.html"), error)):
        assert os.strerror(number) in said.en
        assert not LATIN.search(said.ja.replace("報告.html", ""))


def test_what_is_not_known_stays() -> None:
    assert parser_words.xml_ja("asynchronous entity: line 1, column 2") == "asynchronous entity"
    assert parser_words.csv_ja("something new") == "something new"
    assert parser_words.system_ja(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"
    assert parser_words.system_ja(OSError("no number")) == "no number"
