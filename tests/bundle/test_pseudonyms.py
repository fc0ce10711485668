"""What texts have to do with one another can still be seen in their pseudonyms."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenken.bundle.pseudonyms import Pseudonyms, restore

WORDS = frozenset(("the", "disk", "of", "has", "no", "server", "windows"))


@pytest.fixture
def names() -> Pseudonyms:
    return Pseudonyms({}, WORDS)


def test_a_name_and_its_full_name_share_the_first_part(names: Pseudonyms) -> None:
    short, full, other = (
        names.name("esx01", "host"),
        names.name("esx01.corp.example", "host"),
        names.name("esx02.corp.example", "host"),
    )
    assert full.partition(".")[0] == short
    assert full.partition(".")[2] == other.partition(".")[2]
    assert names.name("192.0.2.1", "host").count(".") == 0


def test_names_that_differ_by_case_have_pseudonyms_that_do(names: Pseudonyms) -> None:
    made = [names.name(text, "host") for text in ("esx01", "ESX01", "Esx01")]
    assert len(set(made)) == 3 and len({name.casefold() for name in made}) == 1


@pytest.mark.parametrize(
    ("make", "spellings"),
    [
        ("device", ("naa.600000000000000000000000000000A1", "naa.600000000000000000000000000000a1")),
        ("uuid", ("56 4d 8f-90", "564d8f90")), ("port", ("1000-0090-FAA0-786B", "10:00:00:90:fa:a0:78:6b")),
    ],
)  # fmt: skip
def test_an_id_in_two_spellings_has_one_pseudonym(names: Pseudonyms, make: str, spellings: tuple[str, ...]) -> None:
    assert len({getattr(names, make)(text) for text in spellings}) == 1


def test_a_partition_and_the_last_four_digits_stay(names: Pseudonyms) -> None:
    assert names.device("naa.600000000000000000000000000012a1:3") == names.device("naa.600000000000000000000000000012a1") + ":3"
    assert names.device("naa.600000000000000000000000000012a1").endswith("12a1")
    volume = names.uuid("5f000000-00000000-0000-000000000001")
    assert [len(part) for part in volume.split("-")] == [8, 8, 4, 12]


def test_a_message_keeps_its_own_words_and_quotes_pseudonyms(names: Pseudonyms) -> None:
    vm = names.name("db01", "vm")
    told = names.prose("the disk 'db01.vmdk' of db01 (Yamada) has no '[SAP_PRD] x/y.vmx', since 2026-04-01 09:00:00", WORDS)
    assert told.startswith(f"the disk '{vm}.vmdk' of {vm} (word-001) has no '[datastore-001] ")
    assert told.endswith(" 2026-04-01 09:00:00")
    assert not {"Yamada", "SAP_PRD", "db01"} & set(told.replace("'", " ").replace("]", " ").split())


@example(["0", "\x000"])
@given(st.lists(st.text(min_size=1, max_size=12).map(str.strip).filter(bool), max_size=12))
def test_an_earlier_map_gives_the_same_pseudonyms_and_leads_back(texts: list[str]) -> None:
    first = Pseudonyms({}, WORDS)
    first.avoid(texts)
    made = {text: first.name(text, "vm") for text in texts}
    second = Pseudonyms(first.originals, WORDS)
    assert {text: second.name(text, "host") for text in reversed(texts)} == made
    assert second.originals == first.originals
    assert len(set(made.values())) == len(set(texts))
    for text, name in made.items():
        assert restore(f"({name})", first.originals) == f"({text})"
        assert name.casefold() not in {other.casefold() for other in texts}
