"""What a person typed into the submit form -> what is to be made, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dd_jupyter.display import words
from dd_jupyter.display.requests.form import Fields
from dd_jupyter.display.submit_model import FieldName, ProblemView
from dd_jupyter.errors import ConfigError, RefusedError
from dd_jupyter.nemo.jobs import LONGEST_NAME, check_name
from dd_jupyter.resources.report import Location

USUAL_FOLDER = "artifacts"
"""The library's own default, below the current folder."""

_SHOWN = 60
"""Characters of what was typed that a sentence repeats."""

_GROUPS = re.compile(r"[\s,_'\u2019]")
"""What people part thousands with. No full stop: "1.5" would become fifteen."""

_MOST_DIGITS = 15
"""More records than that are a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something is to be made.

    Attributes:
        workspace: With "submit"; None for that of the connection.
        artifact_path: Folder that holds datasets, with "run".
        num_records: How many; None where that is not known yet.
    """

    location: Location
    workspace: str | None
    artifact_path: Path
    num_records: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be made, and where.

    Attributes:
        workspace: With "submit"; None for that of the connection.
        name: Of the job, or of the dataset for a run in this kernel.
        artifact_path: Folder that holds datasets, with "run".
    """

    location: Location
    num_records: int
    workspace: str | None
    name: str
    artifact_path: Path


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the same is typed without the form.

    Attributes:
        source: What follows ``-c``; "" where the configuration is in the cell.
        variable: That holds the result; "" without one.
        base_url: What follows ``--base-url``; "" without one.
        python: Whether it is the function, and no magic.
    """

    source: str = ""
    variable: str = ""
    base_url: str = ""
    python: bool = False


def read(fields: Fields) -> tuple[Chosen | None, tuple[ProblemView, ...]]:
    """What is chosen, or the problems that are in the way of it. Fields of the other location do not count."""
    problems: list[ProblemView] = []

    def checked(field: FieldName, text: str, problem: Callable[[str], str]) -> str:
        text = text.strip()
        if found := problem(text):
            problems.append(ProblemView(field=field, text=found))
        return text

    records = _GROUPS.sub("", fields.records)
    checked("records", records, _problem_of_records)
    if fields.location == "submit":
        name = checked("job_name", fields.job_name, _problem_of_job_name)
        workspace = checked("workspace", fields.workspace, _problem_of_workspace)
    else:
        name = checked("dataset_name", fields.dataset_name, _problem_of_folder)
        workspace = ""
        checked("artifact_path", fields.artifact_path, _problem_of_path)
    if problems:
        return None, tuple(problems)
    folder = Path(fields.artifact_path.strip() or USUAL_FOLDER)
    return Chosen(fields.location, int(records), workspace or None, name, folder), ()


def place_of(fields: Fields) -> Where:
    """The place alone, which is looked up while other fields are still to be filled in.

    Raises:
        ConfigError: When that field has a problem.
    """
    records = _GROUPS.sub("", fields.records)
    in_services = fields.location == "submit"
    workspace, folder = fields.workspace.strip(), fields.artifact_path.strip()
    problem = _problem_of_workspace(workspace) if in_services else _problem_of_path(folder)
    if problem:
        raise ConfigError(problem)
    return Where(
        fields.location,
        workspace=workspace or None if in_services else None,
        artifact_path=Path(folder or USUAL_FOLDER),
        num_records=None if _problem_of_records(records) else int(records),
    )


def sentence(chosen: Chosen, *, migrate: bool = False) -> str:
    """What the button does; `migrate` says whether something is moved first."""
    records = words.counted(chosen.num_records, "record")
    target = chosen.artifact_path / chosen.name
    if chosen.location == "submit":
        where = f" in workspace `{chosen.workspace}`" if chosen.workspace else ""
        made = f"one job makes {records}{where}. It goes on without this notebook."
    else:
        made = f"this kernel makes {records} in `{words.from_here(target)}`, in the background."
        if target.expanduser().exists():
            made += " That folder is there already and stays as it is: the new one gets a name with the time in it."
    return f"What is missing there is moved first; then {made}" if migrate else f"{made[0].upper()}{made[1:]}"


def line(chosen: Chosen) -> str:
    """What was chosen, for the folded form."""
    records = words.counted(chosen.num_records, "record")
    if chosen.location == "submit":
        where = f"NeMo Services · workspace {chosen.workspace}" if chosen.workspace else "NeMo Services"
        return f"{records} · {where} · job `{chosen.name}`"
    return f"{records} · in this kernel · `{words.from_here(chosen.artifact_path / chosen.name)}`"


def code(chosen: Chosen, spelling: Spelling, *, migrate: bool = False) -> str:
    """The line that does the same; "" where it takes more than one."""
    submit = chosen.location == "submit"
    if migrate and (spelling.python or not submit):
        return ""
    if spelling.python:
        place = ["submit=True"] if submit else []
        if submit and chosen.workspace:
            place.append(f"workspace={chosen.workspace!r}")
        if not submit and chosen.artifact_path != Path(USUAL_FOLDER):
            place.append(f"artifact_path={str(chosen.artifact_path)!r}")
        arguments = [
            spelling.source or words.USUAL_SOURCE,
            f"num_records={chosen.num_records}",
            f"dataset_name={chosen.name!r}",
        ]
        return f"ddj.create({', '.join([*arguments, *place])})"
    parts = ["%dd_create" if spelling.source else "%%dd_create"]
    parts += [spelling.variable] if spelling.variable else []
    parts += [words.option("-c", spelling.source)] if spelling.source else []
    parts += ["--submit"] if submit else []
    parts += ["--migrate"] if submit and migrate else []
    parts += [f"-n {chosen.num_records}", words.option("--name", chosen.name)]
    if submit:
        parts += [words.option("-w", chosen.workspace)] if chosen.workspace else []
        parts += [words.option("--base-url", spelling.base_url)] if spelling.base_url else []
    elif chosen.artifact_path != Path(USUAL_FOLDER):
        parts += [words.option("-o", str(chosen.artifact_path))]
    return " ".join(parts)


def _problem_of_records(text: str) -> str:
    if not text:
        return "How many? Give a whole number, at least 1."
    if not text.isascii() or not text.isdigit():
        return f"`{words.cut(text, _SHOWN)}` is no number of records. Give a whole number, at least 1."
    if len(text) > _MOST_DIGITS:
        return "Nobody has room for so many records. Give a smaller number."
    return "" if int(text) else "0 records cannot be made: ask for at least 1."


def _problem_of_job_name(text: str) -> str:
    try:
        check_name(text)
    except RefusedError:
        return (
            f"A job's name has 2 to {LONGEST_NAME} lower-case letters, digits, `-`, `_` and `.`: a letter first, no "
            "`--`, and no `-` last."
        )
    return ""


def _problem_of_workspace(text: str) -> str:
    if any(sign.isspace() or sign == "/" for sign in text):
        return f"`{words.cut(text, _SHOWN)}` is no workspace: a name has neither spaces nor `/`."
    return ""


def _problem_of_folder(text: str) -> str:
    if not text:
        return "A dataset needs a name, which is its folder."
    if text in {".", ".."} or any(sign in text for sign in "/\\\0"):
        return f"`{words.cut(text, _SHOWN)}` cannot be a dataset's name: it is a folder in the one beneath."
    return ""


def _problem_of_path(text: str) -> str:
    if not text:
        return "A dataset needs a folder to be in: `artifacts` is the usual one."
    return "A folder's name has no such characters." if "\0" in text else ""
