"""Write `docs/resources.md` from the cases that the tests carry out: `make docs`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dd_jupyter.resources.report import Finding, Location, Status
from tests.support.truth_table import CASES, TABLE, Case

PAGE = Path(__file__).parents[1] / "docs" / "resources.md"

STATUSES: dict[Status, str] = {
    "ok": "It is there and works; a warning says what to know of it.",
    "missing": "It is not there: a file, a model, a variable.",
    "not accepted": "It is there, and does not work in that place; or cannot be read.",
    "denied": "It is there, and may not be used.",
    "unreachable": "Whoever has it does not answer.",
    "not checked": "It cannot be known beforehand, or has not been asked.",
}

ABOVE = """\
# Where every resource resolves

<!-- Made by `make docs` from tests/support/truth_table.py: change that. -->

A configuration can be carried to another place; what it depends on cannot always. Before anything runs, every resource
that it names is looked up: for a **run** in this kernel, and for a **submit** to NeMo Services.

```python
%%dd_check report
builder                              # the configuration, as in %%dd_preview

report.ok_for("submit")              # nothing is known to be in the way
report.problems("submit")            # what is, in sentences
report.model_dump_json()
```

`ddj.check(builder)` is the same in Python. `%%dd_preview` and `%%dd_create` look at the place where they make
something, and stop before a model is asked if something is in the way: with `--dry-run` they stop after the report in
any case, with `--no-check` they look at nothing but what they need themselves. `%%dd_migrate` moves what can be moved.

Nothing is run to find out: no function is called, no MCP server started, no model asked, no value of a secret read.
All questions go out together, each once, and one that is not answered within five seconds hides no other.

## What is asked

"""

NAMES = """
## How names are read

- **Providers.** A provider of the local settings with exactly that name comes first, in this kernel. Otherwise the
  name is `workspace/name` of the Inference Gateway; a bare name is one of the current workspace, and the report says
  which was meant. NeMo Services know nothing of local settings: where both have the name, the report warns that they
  are not the same provider.
- **Keys.** The first that fits: an environment variable of that name that is set; `workspace/name`, a secret of the
  Secrets API and never anything else; the name of a variable that is not set, if it has capitals and `_`; the key
  itself. NeMo Services take secrets only. There a bare name is one of the current workspace: where such a secret
  exists, the report says that the same text means something else in this kernel.
- **Fileset seeds.** `workspace/fileset#path`, or `fileset#path` for the current workspace. The path may have wildcards.

## What is checked early

NeMo Services learn some of it late, in the middle of a job, or never. The report knows it before:

- the file in the Fileset, and its columns against the names in prompts and expressions
- the model, enabled at its provider
- persona Filesets, seed types that the deployment accepts, parts of a configuration that its version does not know
- the workspace, control loops that start jobs, the limit of records in a preview

## What a report says

| status | means |
|---|---|
"""

CELLS = """
All but *ok* and *not checked* stop a run.

## Every case

Each is carried out by the tests: looked up, then really run and really submitted. A mark ⚠ is a warning.

| resource | case | run | submit |
|---|---|---|---|
"""


def page() -> str:
    """The whole text."""
    return "".join(
        (
            ABOVE,
            "| resource | run | submit | move |\n|---|---|---|---|\n",
            *(_line(row.resource, row.run, row.submit, row.move) for row in TABLE),
            NAMES,
            *(_line(f"*{status}*", meaning) for status, meaning in STATUSES.items()),
            CELLS,
            *_cases(),
        )
    )


def _cases() -> Iterator[str]:
    before = ""
    for case in CASES:
        resource = "" if case.row == before else case.row
        before = case.row
        yield _line(resource, case.title, _status(case, "run"), _status(case, "submit"))


def _status(case: Case, location: Location) -> str:
    status = case.run if location == "run" else case.submit
    if status is None:
        return "–"
    shown = f"**{status}**" if Finding(status=status, sentence="").stops else status
    return f"{shown} ⚠" if location in case.warned else shown


def _line(*cells: str) -> str:
    return f"| {' | '.join(_escaped(cells))} |\n"


def _escaped(cells: Iterable[str]) -> Iterator[str]:
    return (cell.replace("|", "\\|") for cell in cells)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
