"""Magics for jobs: what a line may say, whom it means, and how it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from dd_jupyter import api
from dd_jupyter.errors import NotFoundError
from dd_jupyter.execution.job import Job
from dd_jupyter.magics import register
from dd_jupyter.magics.arguments import unquoted
from dd_jupyter.magics.runs import backend_options
from tests.support.builders import builder_with
from tests.unit.jobs_at_hand import connection, job_of, list_of
from tests.unit.runs import creation_of, preview_of, telling


class Calls(dict[str, list[dict[str, Any]]]):
    """What was asked of the API, by function."""

    def one(self, function: str) -> dict[str, Any]:
        (call,) = self[function]
        return call


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    monkeypatch.chdir(tmp_path)
    shell = InteractiveShell()
    register(shell)
    shell.user_ns["builder"] = builder_with()
    yield shell
    shell.restore_sys_module_state()
    shell.history_manager.end_session()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Calls:
    """The API with functions that note what they were asked, and give what they would."""
    calls = Calls()

    def noting(function: str, result: Any) -> Any:
        def noted(*given: Any, **options: Any) -> Any:
            calls.setdefault(function, []).append({"given": given, **options})
            made = result(given, options)
            if options.get("watch") is not None:
                options["watch"](made)
            return made

        return noted

    results = {
        "create": lambda given, options: creation_of(telling(), tmp_path),
        "preview": lambda given, options: preview_of(telling()),
        "attach": lambda given, options: job_of(job_name=given[0]),
        "cancel": lambda given, options: None,
        "download": lambda given, options: tmp_path,
        "jobs": lambda given, options: list_of(),
        "connect": lambda given, options: connection(),
    }
    for function, result in results.items():
        monkeypatch.setattr(api, function, noting(function, result))
    return calls


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was done to jobs."""
    done: list[tuple[str, Any]] = []

    def cancel(job: Job) -> None:
        done.append(("cancel", job))

    def download(job: Job, folder: Any = None, *, progress: Any = None, overwrite: bool = False) -> Path:
        done.append(("download", (job, folder, overwrite)))
        return Path("artifacts", job.job_name).absolute()

    monkeypatch.setattr(Job, "cancel", cancel)
    monkeypatch.setattr(Job, "download", download)
    return done


def magic(shell: InteractiveShell, line: str) -> None:
    name, _, rest = line.partition(" ")
    shell.find_line_magic(name)(rest)


# Options of a backend.


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ([], {}),
        (["docker.cpus=2"], {"docker": {"cpus": "2"}}),
        (["docker.cpus=2", "docker.memory=4g"], {"docker": {"cpus": "2", "memory": "4g"}}),
        (["docker.cpus=2", "kubernetes.queue=night"], {"docker": {"cpus": "2"}, "kubernetes": {"queue": "night"}}),
        (["docker.cpus=2", "docker.cpus=3"], {"docker": {"cpus": "3"}}),
        (["docker.env=A=B"], {"docker": {"env": "A=B"}}),
        (["docker.label.team=x"], {"docker": {"label.team": "x"}}),
        (["docker.note="], {"docker": {"note": ""}}),
    ],
)
def test_options_are_by_backend_and_key(given: list[str], options: dict[str, dict[str, str]]) -> None:
    assert backend_options(given) == options


@pytest.mark.parametrize("option", ["", "cpus", "cpus=2", "docker.cpus", ".cpus=2", "docker.=2", "=docker.cpus", "."])
def test_an_option_of_another_form_says_how_to_write_it(option: str) -> None:
    with pytest.raises(UsageError, match=r"write it as BACKEND.KEY=VALUE, `docker.cpus=2` for one"):
        backend_options([option])


def test_options_of_a_line_reach_the_job(shell: InteractiveShell, calls: Calls) -> None:
    magic(
        shell, 'dd_create -c builder --submit --option docker.cpus=2 --option "docker.note=two words" --profile gpu/a'
    )

    asked = calls.one("create")
    assert asked["options"] == {"docker": {"cpus": "2", "note": "two words"}}
    assert asked["profile"] == "gpu/a"


def test_an_option_without_submit_is_refused(shell: InteractiveShell, calls: Calls) -> None:
    try:
        magic(shell, "dd_create -c builder --option docker.cpus=2")
    except UsageError:
        return

    assert calls.one("create")["options"] == {"docker": {"cpus": "2"}}  # which the API refuses by name


@pytest.mark.parametrize(
    ("value", "plain"), [('"a b"', "a b"), ("'a'", "a"), ("a", "a"), ('"', '"'), ("\"a'", "\"a'"), ("", ""), ('""', "")]
)
def test_quotes_around_a_value_are_not_part_of_it(value: str, plain: str) -> None:
    assert unquoted(value) == plain


# A create that is submitted.


def test_a_submitted_create_says_only_what_was_written(shell: InteractiveShell, calls: Calls) -> None:
    magic(shell, "dd_create reviews -c builder --submit -n 7 --name reviews-1 -w research --wait")

    asked = calls.one("create")
    assert asked["given"] == (shell.user_ns["builder"],)
    assert {key: asked[key] for key in ("num_records", "dataset_name", "workspace", "wait", "submit", "name")} == {
        "num_records": 7,
        "dataset_name": "reviews-1",
        "workspace": "research",
        "wait": True,
        "submit": True,
        "name": "reviews",
    }
    assert "artifact_path" not in asked and "settings" not in asked


@pytest.mark.parametrize("option", ["--resume", "--background", "-o here"])
def test_what_is_for_this_kernel_is_passed_on_to_be_refused(shell: InteractiveShell, calls: Calls, option: str) -> None:
    magic(shell, f"dd_create -c builder --submit {option}")

    asked = calls.one("create")
    assert asked["resume"] or asked["background"] or asked["artifact_path"] == "here"


@pytest.mark.parametrize(
    ("option", "argument"), [("--wait", "wait"), ("--profile a/b", "profile"), ("-w x", "workspace")]
)
def test_what_is_for_a_job_is_passed_on_to_be_refused(
    shell: InteractiveShell, calls: Calls, option: str, argument: str
) -> None:
    magic(shell, f"dd_create -c builder {option}")

    assert calls.one("create")[argument]


def test_defaults_of_the_settings_count_where_the_line_says_nothing(shell: InteractiveShell, calls: Calls) -> None:
    shell.run_line_magic("config", "DataDesigner.create_records = 33")
    shell.run_line_magic("config", "DataDesigner.workspace = 'research'")

    magic(shell, "dd_create -c builder --submit")
    magic(shell, "dd_create -c builder --submit -n 4 -w other")
    magic(shell, "dd_create -c builder")

    first, second, local = calls["create"]
    assert (first["num_records"], first["workspace"]) == (33, "research")
    assert (second["num_records"], second["workspace"]) == (4, "other")
    assert local["workspace"] is None  # a default for jobs does not keep a run from this kernel


def test_a_base_url_connects_before_anything_is_submitted(shell: InteractiveShell, calls: Calls) -> None:
    magic(shell, "dd_create -c builder --submit --base-url http://there:8080 -w research")

    assert calls.one("connect") == {"given": (), "base_url": "http://there:8080", "workspace": "research"}
    assert list(calls) == ["connect", "create"]


@pytest.mark.parametrize("name", ["dd_create", "dd_preview"])
def test_a_base_url_without_submit_is_not_passed_over(shell: InteractiveShell, calls: Calls, name: str) -> None:
    try:
        magic(shell, f"{name} -c builder --base-url http://there:8080")
    except UsageError:
        return

    assert calls["connect"]


@pytest.mark.parametrize("variable", ["my-job", "1st", "a.b", "a b"])
def test_a_name_that_no_variable_can_have_is_refused(shell: InteractiveShell, calls: Calls, variable: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a variable"):
        magic(shell, f'dd_create "{variable}" -c builder --submit')

    assert not calls


def test_a_keyword_is_no_variable(shell: InteractiveShell, calls: Calls) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a variable"):
        magic(shell, "dd_create class -c builder --submit")


@pytest.mark.parametrize("line", ["dd_create --submit", "dd_preview --submit"])
def test_a_line_without_a_configuration_says_how_to_give_one(shell: InteractiveShell, calls: Calls, line: str) -> None:
    with pytest.raises(UsageError, match=r"needs a configuration.*-c SOURCE"):
        magic(shell, line)


def test_a_cell_and_a_source_are_two_configurations(shell: InteractiveShell, calls: Calls) -> None:
    with pytest.raises(UsageError, match="Two configurations"):
        shell.find_cell_magic("dd_create")("--submit -c builder", "builder")


# Whom a line means.


def test_a_variable_that_holds_a_job_is_meant_first(
    shell: InteractiveShell, calls: Calls, changed: list[tuple[str, Any]]
) -> None:
    held = shell.user_ns["reviews"] = job_of(job_name="reviews-1")

    magic(shell, "dd_cancel reviews")

    assert changed == [("cancel", held)]
    assert not calls


def test_a_variable_that_holds_something_else_is_no_job(
    shell: InteractiveShell, calls: Calls, changed: list[tuple[str, Any]]
) -> None:
    shell.user_ns["reviews"] = 3

    magic(shell, "dd_cancel reviews -w research")

    assert calls.one("cancel") == {"given": ("reviews",), "workspace": "research"}


@pytest.mark.parametrize("line", ["dd_cancel last", "dd_attach last"])
def test_a_variable_may_hold_the_name(
    shell: InteractiveShell, calls: Calls, changed: list[tuple[str, Any]], line: str
) -> None:
    shell.user_ns["last"] = "research/reviews-20261121-103501-c0de"

    magic(shell, line)

    assert calls.one(line[3:9])["given"] == ("research/reviews-20261121-103501-c0de",)


def test_a_variable_with_a_job_of_another_workspace_is_refused(
    shell: InteractiveShell, calls: Calls, changed: list[tuple[str, Any]]
) -> None:
    shell.user_ns["reviews"] = job_of(workspace="research")

    with pytest.raises(UsageError, match="holds a job of workspace research: leave out -w"):
        magic(shell, "dd_cancel reviews -w other")
    magic(shell, "dd_cancel reviews -w research")

    assert len(changed) == 1


@pytest.mark.parametrize("name", ["reviews-1", "research/reviews-1"])
def test_a_name_is_asked_for_as_it_was_written(
    shell: InteractiveShell, calls: Calls, changed: list[tuple[str, Any]], name: str
) -> None:
    magic(shell, f"dd_cancel {name}")

    assert calls.one("cancel") == {"given": (name,), "workspace": None}


@pytest.mark.parametrize("line", ["dd_attach research/reviews-1", "dd_cancel research/reviews-1"])
@pytest.mark.usefixtures("changed")
def test_the_workspace_of_a_name_counts_more_than_that_of_the_settings(
    shell: InteractiveShell, calls: Calls, line: str
) -> None:
    shell.run_line_magic("config", "DataDesigner.workspace = 'other'")

    magic(shell, line)

    assert calls.one(line[3:9])["workspace"] in {None, "research"}


def test_a_job_that_is_not_there_is_the_apis_error(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    def attach(*given: Any, **options: Any) -> Job:
        raise NotFoundError("Job `nope` is not there.")

    monkeypatch.setattr(api, "attach", attach)

    with pytest.raises(NotFoundError):
        magic(shell, "dd_attach nope job")

    assert "job" not in shell.user_ns


def test_an_attached_job_is_kept_in_its_variable(shell: InteractiveShell, calls: Calls) -> None:
    magic(shell, "dd_attach reviews-1 job -w research")
    magic(shell, "dd_attach reviews-2")

    first, second = calls["attach"]
    assert (first["name"], first["workspace"]) == ("job", "research")
    assert shell.user_ns["job"].job_name == "reviews-1"
    assert (second["name"], shell.user_ns["_dd"].job_name) == ("_dd", "reviews-2")


def test_a_cancel_says_what_stays(shell: InteractiveShell, calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    magic(shell, "dd_cancel reviews-1")

    assert "What it has finished stays: `%dd_download reviews-1`" in capsys.readouterr().out
    assert calls.one("cancel")["given"] == ("reviews-1",)


def test_a_download_goes_where_it_is_told(shell: InteractiveShell, calls: Calls) -> None:
    magic(shell, 'dd_download reviews-1 -o "my data" --overwrite')

    asked = calls.one("download")
    assert (asked["given"], asked["overwrite"]) == (("reviews-1", "my data"), True)


@pytest.mark.parametrize("line", ["dd_cancel", "dd_attach", "dd_download", "dd_jobs extra", "dd_jobs --page x"])
def test_a_line_that_cannot_be_read_is_a_usage_error(shell: InteractiveShell, calls: Calls, line: str) -> None:
    with pytest.raises(UsageError):
        magic(shell, line)

    assert not calls


# Lists and connections.


def test_a_list_asks_for_what_the_line_says(shell: InteractiveShell, calls: Calls) -> None:
    magic(shell, "dd_jobs --status active --page 2 -n 50 --oldest -w research")
    magic(shell, "dd_jobs")

    first, second = calls["jobs"]
    assert first == {
        "given": (), "status": "active", "workspace": "research", "page": 2, "page_size": 50, "oldest": True
    }  # fmt: skip
    assert second == {
        "given": (), "status": None, "workspace": None, "page": 1, "page_size": 20, "oldest": False
    }  # fmt: skip


def test_connecting_goes_by_line_then_settings(shell: InteractiveShell, calls: Calls) -> None:
    shell.run_line_magic("config", "DataDesigner.base_url = 'http://usual'")

    magic(shell, "dd_connect")
    magic(shell, "dd_connect --base-url http://other -w research --context prod")

    first, second = calls["connect"]
    assert first == {"given": (), "base_url": "http://usual", "workspace": None, "context": None}
    assert second == {"given": (), "base_url": "http://other", "workspace": "research", "context": "prod"}


@pytest.mark.parametrize("line", ["dd_jobs", "dd_attach reviews-1"])
def test_the_deployment_of_the_settings_is_the_one_that_jobs_are_looked_for_in(
    shell: InteractiveShell, calls: Calls, line: str
) -> None:
    shell.run_line_magic("config", "DataDesigner.base_url = 'http://usual'")

    magic(shell, line)

    assert calls["connect"][0]["base_url"] == "http://usual"


@pytest.mark.parametrize("name", ["dd_connect", "dd_jobs", "dd_attach", "dd_cancel", "dd_download", "dd_create"])
def test_every_magic_explains_itself(shell: InteractiveShell, name: str) -> None:
    text = shell.find_line_magic(name).__doc__

    assert text is not None and f"%{name}" in text and "Example" in text
