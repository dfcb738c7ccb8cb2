"""Tab completes what can stand behind a magic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import data_designer.config as dd
import pytest
from IPython.core.completer import CompletionContext, provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from dd_jupyter.extension import complete_magics
from tests.support.nemo_login import clean_home, content, write

Complete = Callable[[str], list[str]]


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    complete_magics(shell)
    yield shell
    shell.restore_sys_module_state()
    shell.history_manager.end_session()


@pytest.fixture
def complete(shell: InteractiveShell) -> Complete:
    def completions(line: str) -> list[str]:
        (ours,) = shell.Completer.custom_matchers
        context = CompletionContext(
            token=line.split(" ")[-1], full_text=line, cursor_position=len(line), cursor_line=0, limit=None
        )
        result = ours(context)
        return [completion.text for completion in result["completions"]]

    return completions


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with configurations and other things."""
    for name in ("config.py", "config.yaml", "notes.txt", ".hidden.py", "more/deep.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("magic", ["%%dd_preview", "%dd_preview", "  %dd_preview"])
def test_options_of_the_magic_are_completed(complete: Complete, magic: str) -> None:
    assert complete(f"{magic} sample --nu") == ["--num-records"]


def test_each_magic_has_its_own_options(complete: Complete) -> None:
    assert "--resume" in complete("%%dd_create --")
    assert "--resume" not in complete("%%dd_preview --")
    assert complete("%%dd_create data --re") == ["--resume"]


def test_values_of_an_option_are_completed(complete: Complete) -> None:
    assert complete("%%dd_preview --format ") == ["python", "yaml", "json"]
    assert complete("%%dd_preview --format y") == ["yaml"]
    assert complete("%%dd_preview sample  --format  y") == ["yaml"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("option", ["-c", "--config"])
def test_a_configuration_is_a_builder_or_a_file(shell: InteractiveShell, complete: Complete, option: str) -> None:
    builder = dd.DataDesignerConfigBuilder()
    shell.user_ns.update(shop=builder, _hidden=builder, number=3)

    assert complete(f"%dd_preview {option} ") == ["shop", "config.py", "config.yaml", "more/"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("con", ["config.py", "config.yaml"]),
        ("config.y", ["config.yaml"]),
        ("./con", ["./config.py", "./config.yaml"]),
        ("./", ["./config.py", "./config.yaml", "./more/"]),
        ("more/", ["more/deep.json"]),
        ("more/d", ["more/deep.json"]),
        ("./more/d", ["./more/deep.json"]),
        ("more/../con", ["more/../config.py", "more/../config.yaml"]),
        ("nowhere/", []),
        ("notes", []),
        (".h", []),
    ],
)
def test_a_path_is_completed_as_it_was_begun(complete: Complete, typed: str, found: list[str]) -> None:
    assert complete(f"%dd_preview -c {typed}") == found


def test_an_absolute_path_is_completed(complete: Complete, here: Path) -> None:
    assert complete(f"%dd_preview -c {here}/config.p") == [f"{here}/config.py"]


@pytest.mark.parametrize("line", ["%%dd_preview --format=", "%%dd_preview sample --format="])
def test_a_value_may_follow_an_equals_sign(complete: Complete, line: str) -> None:
    assert complete(line + "j") == ["json"]


def test_an_option_that_stands_there_is_offered_once_more_only_if_it_may_be(complete: Complete) -> None:
    offered = complete("%%dd_create -n 5 --submit --option a=b --")

    assert not {"--num-records", "--submit"} & set(offered)
    assert {"--option", "--name"} <= set(offered)


def test_the_value_of_an_option_is_no_option(complete: Complete) -> None:
    assert complete("%%dd_create --name --re") == []


@pytest.mark.usefixtures("here")
def test_a_folder_is_asked_for_where_files_are_written(complete: Complete) -> None:
    assert complete("%%dd_create -o ") == ["more/"]
    assert complete("%dd_download job -o m") == ["more/"]


def test_what_is_compared_is_a_variable_with_records(shell: InteractiveShell, complete: Complete) -> None:
    class Preview: ...

    shell.user_ns.update(before=Preview(), after=Preview(), number=3)

    assert complete("%dd_compare ") == ["after", "before"]
    assert complete("%dd_compare after b") == ["before"]
    assert complete("%dd_compare after before ") == []


def test_workspaces_and_deployments_are_those_that_this_machine_knows(
    complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = clean_home(monkeypatch, tmp_path)
    write(home, content("http://near.test", name="here", workspace="reviews"))

    assert complete("%dd_jobs -w rev") == ["reviews"]
    assert complete("%%dd_preview --base-url ") == ["http://near.test"]
    assert complete("%dd_connect --context ") == ["here"]


def test_a_config_file_that_cannot_be_read_is_no_reason_to_stop_a_person_who_types(
    complete: Complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(clean_home(monkeypatch, tmp_path), ": [")

    assert complete("%dd_connect --context ") == []


def test_keys_are_named_by_their_variable(complete: Complete, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "never shown")

    assert complete("%dd_services setup --key-env SOME_") == ["SOME_API_KEY"]


@pytest.mark.parametrize(
    "line", ["dd_preview --", "%other --", "x = 1", "%%dd_preview", "%dd_preview sam", "%%dd_unknown --", ""]
)
def test_other_lines_are_left_to_others(complete: Complete, line: str) -> None:
    assert complete(line) == []


@pytest.mark.filterwarnings("ignore:`Completer.complete`")
@pytest.mark.parametrize("use_jedi", [True, False])
def test_the_shell_offers_the_completions(shell: InteractiveShell, use_jedi: bool) -> None:
    line = "%%dd_create data --res"
    shell.Completer.use_jedi = use_jedi

    assert shell.complete("--res", line, len(line))[1] == ["--resume"]
    with provisionalcompleter():
        found = [completion.text for completion in shell.Completer.completions(line, len(line))]

    assert found == ["--resume"]


@pytest.mark.filterwarnings("ignore:`Completer.complete`")
def test_options_are_completed_in_the_middle_of_a_line(shell: InteractiveShell) -> None:
    line = "%%dd_create --res data"

    assert shell.complete("--res", line, len("%%dd_create --res"))[1] == ["--resume"]


def test_loading_again_completes_once(shell: InteractiveShell) -> None:
    complete_magics(shell)
    complete_magics(shell)

    assert len(shell.Completer.custom_matchers) == 1
