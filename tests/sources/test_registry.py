"""What a path is, is seen by its content: files of several sources in one folder, links, and what nobody understands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.sources import ism_exports as ism
from tests.sources import rvtools_exports as rvtools

from tenken.document.problem import InputError
from tenken.sources import folders, registry
from tenken.sources.base import About

NOTES = "tenken: 1\nvms: [{name: web01, encrypted: false}]\n"


def read(*paths: Path) -> list[tuple[str, str]]:
    """Sources and names of what is read, relative to the folder of the first path."""
    root = paths[0] if paths[0].is_dir() else paths[0].parent
    return [(found.source, str(Path(found.name).relative_to(root))) for found in registry.read(paths)]


def write(path: Path, text: str = NOTES) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_holds_files_of_several_sources(tmp_path: Path) -> None:
    rvtools.write_workbook(tmp_path, rvtools.site(), name="RVTools.xlsx")
    (tmp_path / "sub").mkdir()
    rvtools.write_workbook(tmp_path / "sub", rvtools.site(), name="any name.xlsm")
    (tmp_path / "csv").mkdir()
    rvtools.write_csv(tmp_path / "csv" / "export", rvtools.site())
    write(tmp_path / "notes.yaml")
    write(tmp_path / "deep" / "er" / "more.json", '{"tenken": 1, "hosts": []}')
    write(tmp_path / "README.md", "tenken: 1 is how an inventory begins")
    write(tmp_path / "other.yaml", "a: 1")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG tenken: 1")
    assert read(tmp_path) == [
        ("native", "deep/er/more.json"), ("native", "notes.yaml"), ("rvtools", "RVTools.xlsx"), ("rvtools", "csv/export"),
        ("rvtools", "sub/any name.xlsm"),
    ]  # fmt: skip


def test_hidden_folders_and_those_of_tools_are_left_out(tmp_path: Path) -> None:
    for name in (".git", ".terraform", "node_modules", "__pycache__"):
        write(tmp_path / name / "site.yaml")
    write(tmp_path / "a" / ".hidden.yaml")
    with pytest.raises(registry.NothingRecognised):
        registry.read([tmp_path])
    write(tmp_path / "a" / "site.yaml")
    assert read(tmp_path) == [("native", "a/site.yaml")]


def test_links_that_lead_round_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path / "a" / "site.yaml")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nowhere")
    assert read(tmp_path) == [("native", "a/site.yaml")]


def test_a_file_that_is_named_twice_or_lies_in_a_named_folder_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path / "site.yaml")
    book = rvtools.write_workbook(tmp_path, rvtools.site(), name="RVTools.xlsx")
    assert read(tmp_path, file, book, tmp_path / "." / "site.yaml") == [("native", "site.yaml"), ("rvtools", "RVTools.xlsx")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("report.json", '{"tenken_report": 1, "tool": {"name": "tenken"}, "tenken": 1}'),
        ("waivers.yaml", "tenken: 1\nwaivers: []\n"),
        ("waivers.yaml", "tenken_waivers: 1\n"),
        ("baseline.json", '{"tenken_baseline": 1}'),
    ],
)
def test_other_files_of_tenken_do_not_break_a_folder(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path / "site.yaml")
    write(tmp_path / name, text)
    assert read(tmp_path) == [("native", "site.yaml")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"hello", "no source understands this file (tenken sources lists what is understood)"),
        ("a.yaml", b"", "the file is empty"),
        ("a.yaml", b"vms: []", "not an inventory of tenken; it has vms (add the line tenken: 1)"),
        ("a.bin", b"\xd0\xcf\x11\xe0", "an old or encrypted Excel file (save it as .xlsx without a password)"),
    ],
)
def test_a_file_that_was_named_and_that_nobody_understands_is_a_mistake(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        registry.read([tmp_path / name])
    assert said in str(error.value)


def test_all_mistakes_of_all_paths_at_once(tmp_path: Path) -> None:
    write(tmp_path / "site.yaml", "tenken: 1\na: [\n")
    with pytest.raises(InputError) as error:
        registry.read([tmp_path / "site.yaml", tmp_path / "site.yml", write(tmp_path / "x.txt")] + [tmp_path / "a.txt"])
    assert [str(problem.place).rpartition("/")[2] for problem in error.value.problems] == ["site.yaml:3:1", "site.yml", "a.txt"]


def test_more_files_than_anybody_means_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    for number in range(5):
        write(tmp_path / f"{number}.yaml")
    with pytest.raises(InputError, match="more than 3 files"):
        registry.read([tmp_path])


def test_every_source_says_what_it_is_in_both_languages() -> None:
    for name, about, documented in registry.described():
        assert documented, name
        if about is not None:
            assert isinstance(about, About)
            for text in (about.title, about.export, about.can_say, about.cannot_say):
                assert text.en != text.ja
                assert any("\u3040" <= character <= "\u9fff" for character in text.ja)


def test_a_pipe_is_refused_before_anybody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="neither a file nor a folder") as error:
        registry.read([tmp_path / "pipe", Path("-")])
    assert [problem.hint is not None for problem in error.value.problems] == [True, True]


def test_a_link_that_leads_nowhere_is_not_told_to_be_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError) as error:
        registry.read([tmp_path / "loop"])
    assert error.value.problems[0].hint is None


def test_what_may_not_be_read_in_a_folder_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "site.yaml")
    closed = write(tmp_path / "deep" / "vms.yaml"), write(tmp_path / "shut" / "more.yaml").parent
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in closed)
    with pytest.raises(InputError) as error:
        registry.read([tmp_path])
    assert [(str(problem.place), problem.message) for problem in error.value.problems] == [
        (str(path), "can't be read: Permission denied") for path in closed
    ]


def test_a_folder_of_which_only_the_names_may_be_seen_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "site.yaml")
    listed = write(tmp_path / "listed" / "vms.yaml").parent
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != listed or not mode & os.X_OK)
    with pytest.raises(InputError) as error:
        registry.read([tmp_path])
    assert [(str(problem.place), problem.message) for problem in error.value.problems] == [
        (str(listed), "can't be read: Permission denied")
    ]


@pytest.mark.parametrize("folder", [".cache", "node_modules"])
def test_what_belongs_to_tools_is_read_by_no_source(folder: str, tmp_path: Path) -> None:
    write(tmp_path / "site.yaml")
    write(tmp_path / folder / "vms.yaml")
    write(tmp_path / folder / "M320-01.xml", ism.export(ism.DISK_ARRAY))
    assert len(registry.read([tmp_path])) == 1


OVERLOOKED = [
    ("vms.yaml", b"# ours\nvms:\n  - name: a\n", "is no inventory, though it has vms (add the line tenken: 1 if it is one)"),
    ("vms.json", b'{"datastores": [], "vms": []}', "is no inventory, though it has datastores, vms (add the line tenken: 1 if it is one)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "said"), OVERLOOKED)
def test_what_a_folder_holds_and_looks_like_an_inventory_is_not_passed_over_in_silence(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        registry.read([tmp_path])
    assert str(error.value).startswith(f"{tmp_path / name}") and said in str(error.value)
    write(tmp_path / "site.yaml")
    warnings = [warning for document in registry.read([tmp_path]) for warning in document.warnings]
    assert [str(warning.place).partition(":")[0] for warning in warnings] == [str(tmp_path / name)]
    assert said in str(warnings[0])


def test_other_yaml_of_a_folder_is_nobodys_concern(tmp_path: Path) -> None:
    write(tmp_path / "site.yaml")
    write(tmp_path / "compose.yaml", "services:\n  vms: {}\n")
    write(tmp_path / "ci.yml", "jobs: {build: {}}\nclusters: []\n")
    write(tmp_path / "waivers.yaml", "tenken_waivers: 1\nvms: []\n")
    assert [document.warnings for document in registry.read([tmp_path])] == [[]]


@pytest.mark.parametrize("named", [True, False])
def test_a_damaged_workbook_is_a_mistake_beside_good_files_too(named: bool, tmp_path: Path) -> None:
    write(tmp_path / "site.yaml")
    (tmp_path / "RVTools.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 500)
    with pytest.raises(InputError, match="the workbook is damaged") as error:
        registry.read([tmp_path / "site.yaml", tmp_path / "RVTools.xlsx"] if named else [tmp_path])
    assert [str(problem.place) for problem in error.value.problems] == [str(tmp_path / "RVTools.xlsx")]
