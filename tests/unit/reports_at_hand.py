"""Resolution reports and migrations as they are found, without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass

from dd_jupyter.resources.migration.steps import PlannedStep
from dd_jupyter.resources.places import UNASKED
from dd_jupyter.resources.report import Backend, Finding, Location, Move, ResolutionReport, Row, Status

URL = "http://127.0.0.1:8080"
SILENCE = (
    f"Nobody answers at {URL}. Start NeMo Services with `%dd_services start`, or say where they are with "
    "`%dd_connect --base-url URL`."
)
UPLOAD = Move(to="services", text="Upload it to a Fileset")
REGISTER = Move(to="services", text="Register it with the Inference Gateway")
BOTH: tuple[Location, ...] = ("run", "submit")


def ok(sentence: str = "There.") -> Finding:
    return Finding(status="ok", sentence=sentence)


def warning(sentence: str) -> Finding:
    return Finding(status="ok", sentence=sentence, warning=True)


def found(status: Status, sentence: str) -> Finding:
    return Finding(status=status, sentence=sentence)


def services(submit: Finding | None = None) -> Row:
    """The row of NeMo Services, which answer if nothing else is said."""
    return Row(kind="services", name=URL, submit=submit or ok("Version 0.3.0; jobs can run."))


def frame_seed(submit: Finding | None = None) -> Row:
    return Row(
        kind="seed",
        name="DataFrame 1,204 × 3",
        used_by=("seed columns",),
        run=ok("In this kernel: columns `product`, `price`, `category`."),
        submit=submit or found("not accepted", "NeMo Services take seeds from a Fileset or from HuggingFace only."),
        moves=(UPLOAD,),
    )


def provider(name: str = "nvidia", submit: Finding | None = None) -> Row:
    return Row(
        kind="provider",
        name=name,
        used_by=("`review`", "`quality`"),
        run=ok("In `model_providers.yaml`."),
        submit=submit
        or found(
            "not accepted",
            "In `model_providers.yaml` only: NeMo Services take providers of the Inference Gateway.",
        ),
        moves=(REGISTER,),
    )


def tool() -> Row:
    return Row(
        kind="tool",
        name="search",
        used_by=("`review`",),
        run=ok("The MCP server `docs` is configured."),
        submit=found("not accepted", "NeMo Services run no MCP tools. Take it out, or run in this kernel."),
    )


def report(*rows: Row, locations: tuple[Location, ...] = BOTH) -> ResolutionReport:
    """A report of these rows, after the row of services that answer unless there is one among them."""
    asked = "submit" in locations
    head = () if not asked or any(row.kind == "services" for row in rows) else (services(),)
    return ResolutionReport(
        rows=(*head, *rows),
        locations=locations,
        base_url=URL if asked else "",
        workspace="default" if asked else "",
    )


def unreached() -> ResolutionReport:
    """A report with NeMo Services that do not answer; a provider of theirs is needed for a run too."""
    gateway = Row(
        kind="provider",
        name="default/nim",
        used_by=("`quality`",),
        run=found("unreachable", SILENCE),
        submit=UNASKED,
    )
    return report(services(found("unreachable", SILENCE)), frame_seed(), provider(submit=UNASKED), gateway)


def upload(**changes: object) -> PlannedStep:
    return step(
        action="Upload",
        kind="seed",
        name="DataFrame 1,204 × 3",
        source="the DataFrame in this kernel",
        target="default/seed-3fa9c2d1#seed.parquet",
        rows=1_204,
        bytes=84_200,
        **changes,
    )


def secret(**changes: object) -> PlannedStep:
    return step(
        action="Create secret",
        kind="secret",
        name="NVIDIA_API_KEY",
        source="environment variable `NVIDIA_API_KEY`",
        target="default/nvidia-api-key",
        **changes,
    )


def registration(**changes: object) -> PlannedStep:
    return step(
        action="Register provider",
        kind="provider",
        name="nvidia",
        source="`model_providers.yaml`",
        target="default/nvidia",
        **changes,
    )


def impossible() -> PlannedStep:
    return PlannedStep(
        action="None",
        kind="tool",
        name="search",
        state="impossible",
        sentence="NeMo Services run no MCP tools. Take it out of `review`, or run in this kernel.",
    )


def step(**values: object) -> PlannedStep:
    return PlannedStep.model_validate(values)


DIFF = """\
--- before
+++ after
@@ -1,9 +1,8 @@
 model_configs:
 - alias: text
   model: nvidia/nemotron-3-nano-30b-a3b
-  provider: nvidia
+  provider: default/nvidia
@@ -20,6 +19,5 @@
 seed_config:
   source:
-    seed_type: df
+    seed_type: nmp
+    path: default/seed-3fa9c2d1#seed.parquet
   sampling_strategy: ordered
"""


@dataclass
class MigrationAtHand:
    """What a migration shows of itself."""

    steps: tuple[PlannedStep, ...] = ()
    to: Backend = "services"
    workspace: str = "default"
    diff: str = DIFF
