"""Where each kind of resource works: the table of the documentation, and a case for every cell of it.

`tests/services/test_truth_table.py` makes each case, asks for its report, and then runs and submits it;
`scripts/truth_table.py` writes `docs/resources.md`. Both take it from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import data_designer.config as dd
import pandas as pd

from dd_jupyter import FilesetFileSeedSource, Settings
from dd_jupyter.resources.report import Kind, Location, Status
from tests.support.truth_world import (
    NOBODY,
    PICTURE,
    Situation,
    World,
    asking,
    finds_right,
    garbage,
    judged,
    on_fileset,
    parquet,
    person,
    plain,
    seeded,
    showing,
    with_own_column,
)


@dataclass(frozen=True)
class TableRow:
    """A row of the table, in words.

    Attributes:
        resource: What it is about, and how cases name it.
        run: What is asked of it in this kernel.
        submit: What is asked of it in NeMo Services.
        move: How it comes to the other place.
    """

    resource: str
    run: str
    submit: str
    move: str


@dataclass(frozen=True)
class Case:
    """A situation, and what a report says of it.

    Attributes:
        row: The `resource` of its row in the table.
        title: The situation.
        kind: The kind of the row in the report; there is one of that kind in it.
        run: Its status for this kernel; None where it plays no part there.
        submit: The same for NeMo Services.
        make: Makes the situation.
        warned: Where it works, but not as it should.
        in_vain: The column without which a run that goes on is for nothing, where that is what is in the way.
    """

    row: str
    title: str
    kind: Kind
    run: Status | None
    submit: Status | None
    make: Callable[[World], Situation]
    warned: tuple[Location, ...] = ()
    in_vain: str | None = None

    @property
    def name(self) -> str:
        """Row and situation in one line."""
        return f"{self.row}: {self.title}"


LOCAL_SEED = "Local seed: file, folder, file contents, agent rollouts"
FRAME = "DataFrame seed"
HUB = "HuggingFace seed"
FILESET = "Fileset seed `[workspace/]fileset#path`"
LOCAL_PROVIDER = "Provider in the local settings"
GATEWAY = "Provider of the Inference Gateway, `workspace/name`"
VARIABLE = "Key in an environment variable"
PLAIN = "Key written out"
SECRET = "Secret of the Secrets API, `workspace/name`"
PERSONAS = "Persona dataset"
TOOLS = "Tools of MCP servers"
CODE = "Custom columns, validators that are functions"
REMOTE = "Validators that are asked over HTTP"
IMAGES = "Pictures"
ARTIFACTS = "Artifacts"
CONFIGURATION = "The configuration itself"
SERVICES = "NeMo Services themselves"

TABLE: tuple[TableRow, ...] = (
    TableRow(
        LOCAL_SEED,
        "It is there and can be read; its columns are known.",
        "Not accepted.",
        "Uploaded as Parquet to a Fileset.",
    ),
    TableRow(FRAME, "Works.", "Not accepted.", "Uploaded as Parquet to a Fileset."),
    TableRow(
        HUB,
        "Dataset, file and token are tried where this kernel can reach the hub and read the token; else “not checked”.",
        "The same; its token has to be a secret of the Secrets API.",
        "Its token becomes a secret.",
    ),
    TableRow(
        FILESET,
        "Fileset and file are looked up, and its columns read.",
        "The same, and the deployment has to accept such seeds. Patterns need a folder: `fileset#folder/*.csv`.",
        "Downloaded to a file.",
    ),
    TableRow(
        LOCAL_PROVIDER,
        "Its exact name comes before everything else.",
        "Not accepted.",
        "Registered with the Inference Gateway, its key as a secret.",
    ),
    TableRow(
        GATEWAY,
        "Looked up, with the model enabled there. A bare name is one of the current workspace.",
        "The same.",
        "Written to the local settings.",
    ),
    TableRow(VARIABLE, "It is set.", "Not accepted.", "A secret is created from it."),
    TableRow(PLAIN, "Works, with a warning.", "Not accepted.", "A secret is created from it."),
    TableRow(
        SECRET,
        "Found, and readable: with authentication on it is refused. It is never taken for the key itself.",
        "Found.",
        "Named as an environment variable.",
    ),
    TableRow(
        PERSONAS,
        "`<managed assets>/datasets/<locale>.parquet` is there.",
        "Fileset `system/nemotron-personas-dataset-<locale>` is there.",
        "Its Fileset is made; downloaded from it.",
    ),
    TableRow(TOOLS, "Its MCP server is among those of the run.", "Not accepted.", "None."),
    TableRow(CODE, "Works.", "Not accepted.", "None."),
    TableRow(
        REMOTE,
        "Somebody takes connections at the address; nothing is sent.",
        "Not checked: only NeMo Services know what they can reach.",
        "None.",
    ),
    TableRow(
        IMAGES,
        "Data in the records work; addresses are not checked: the model's provider has to reach them.",
        "The same.",
        "None: they go where the records go.",
    ),
    TableRow(
        ARTIFACTS,
        "The folder can be made and written; little room is a warning.",
        "Storage of the job.",
        "Downloaded: `%dd_download`.",
    ),
    TableRow(
        CONFIGURATION,
        "It holds together: model aliases, names in templates, seed columns.",
        "The same, and the deployment's version knows all of its parts.",
        "None.",
    ),
    TableRow(
        SERVICES,
        "Asked only for what is theirs.",
        "They answer, have the workspace, and can run jobs; a preview is not too large.",
        "None.",
    ),
)


# ------------------------------------------------------------------------------------------- seeds


def _file(world: World) -> Situation:
    return Situation(seeded(dd.LocalFileSeedSource(path=str(world.file("cities.csv")))))


def _pattern(world: World) -> Situation:
    world.file("part/a.csv")
    world.file("part/b.csv")
    return Situation(seeded(dd.LocalFileSeedSource(path=str(world.folder / "part" / "*.csv"))))


def _file_that_is_gone(world: World) -> Situation:
    situation = _file(world)
    (world.folder / "cities.csv").unlink()
    return situation


def _no_table(world: World) -> Situation:
    return Situation(seeded(dd.LocalFileSeedSource(path=str(world.file("cities.parquet", garbage())))))


def _folder(world: World) -> Situation:
    world.file("notes/a.txt")
    source = dd.DirectorySeedSource(path=str(world.folder / "notes"), file_pattern="*.txt")
    return Situation(seeded(source, "{{ file_name }}"))


def _empty_folder(world: World) -> Situation:
    situation = _folder(world)
    (world.folder / "notes" / "a.txt").unlink()
    return situation


def _contents(world: World) -> Situation:
    world.file("notes/a.txt")
    source = dd.FileContentsSeedSource(path=str(world.folder / "notes"), file_pattern="*.txt")
    return Situation(seeded(source, "{{ content }}"))


def _rollouts(world: World) -> Situation:
    steps = b"""{"schema_version": "ATIF-v1.4", "session_id": "s1", "agent": {"name": "a", "version": "1"}, "steps": [
        {"step_id": 1, "timestamp": "2026-11-20T09:00:00.000Z", "source": "user", "message": "Why?"},
        {"step_id": 2, "timestamp": "2026-11-20T09:00:01.000Z", "source": "agent", "message": "So."}]}"""
    world.file("rollouts/trajectory.json", steps)
    source = dd.AgentRolloutSeedSource(format="atif", path=str(world.folder / "rollouts"))
    return Situation(seeded(source, "{{ final_assistant_message }}"))


def _frame(world: World) -> Situation:
    return Situation(seeded(dd.DataFrameSeedSource(df=pd.DataFrame({"city": ["Bonn", "Oslo"]}))))


def _no_records(world: World) -> Situation:
    return Situation(seeded(dd.LocalFileSeedSource(path=str(world.file("cities.csv", b"city\n")))))


def _frame_without_records(world: World) -> Situation:
    return Situation(seeded(dd.DataFrameSeedSource(df=pd.DataFrame({"city": pd.Series([], dtype=str)}))))


def _frame_that_is_shorter_than_the_selection(world: World) -> Situation:
    builder = plain()
    source = dd.DataFrameSeedSource(df=pd.DataFrame({"city": ["Bonn", "Oslo"]}))
    builder.with_seed_dataset(source, selection_strategy=dd.IndexRange(start=1, end=2))
    return Situation(builder)


def _on_hub(path: str, token: str | None = None) -> Callable[[World], Situation]:
    return lambda world: Situation(
        seeded(dd.HuggingFaceSeedSource(path=f"datasets/{path}", token=token, endpoint=world.hub.url))
    )


def _hub_with_variable(world: World) -> Situation:
    world.patch.setenv("MY_HUB_TOKEN", world.hub_token)
    return _on_hub("ada/private/data/all.csv", "MY_HUB_TOKEN")(world)


def _hub_with_wrong_token(world: World) -> Situation:
    world.patch.setenv("MY_HUB_TOKEN", "hf_anotherTokenThanThatOfTheHub0123456")
    return _on_hub("ada/private/data/all.csv", "MY_HUB_TOKEN")(world)


def _hub_with_secret(world: World) -> Situation:
    secret = world.secret(world.hub_token)
    return _on_hub("ada/private/data/all.csv", f"default/{secret}")(world)


def _no_hub(world: World) -> Situation:
    return Situation(seeded(dd.HuggingFaceSeedSource(path="datasets/ada/cities/data/all.csv", endpoint=NOBODY)))


def _fileset(
    path: str, prefix: str = "default/", file: str = "data/cities.csv", made: str = "in {{ city }}"
) -> Callable[[World], Situation]:
    def make(world: World) -> Situation:
        from tests.support.truth_world import CITIES

        return Situation(on_fileset(f"{prefix}{world.fileset({file: CITIES})}#{path}", made))

    return make


def _fileset_of(selection: Any = None, **files: bytes) -> Callable[[World], Situation]:
    def make(world: World) -> Situation:
        source = FilesetFileSeedSource(path=f"default/{world.fileset(files)}#data/*.csv")
        return Situation(plain().with_seed_dataset(source, selection_strategy=selection))

    return make


def _fileset_of_no_table(world: World) -> Situation:
    return Situation(on_fileset(f"default/{world.fileset({'cities.parquet': garbage()})}#cities.parquet"))


def _fileset_of_parquet(world: World) -> Situation:
    files = {f"data/{part}.parquet": parquet(pd.DataFrame({"city": [part]})) for part in ("Bonn", "Oslo")}
    return Situation(on_fileset(f"default/{world.fileset(files)}#data/*.parquet"))


def _forbidden_fileset(world: World) -> Situation:
    path = "/apis/files/v2/workspaces/default/filesets/closed"
    world.connect_to_guarded(path, f"{path}/files")
    return Situation(on_fileset("default/closed#cities.csv"))


def _fileset_of_nobody(world: World) -> Situation:
    world.connect_to_nobody()
    return Situation(on_fileset("default/seeds#cities.csv"))


# --------------------------------------------------------------------------------------- providers


def _local_settings(world: World) -> Situation:
    world.in_local_settings()
    return Situation(asking("near"))


def _given(world: World) -> Situation:
    return Situation(asking("near"), world.knows())


def _shadow(name: str) -> Callable[[World], Situation]:
    return lambda world: Situation(asking(name), world.knows(name, world.key()))


def _gateway(name: str) -> Callable[[World], Situation]:
    return lambda world: Situation(asking(name))


def _not_enabled(world: World) -> Situation:
    return Situation(asking(f"default/{world.provider('small', 'tiny')}"))


def _forbidden_provider(world: World) -> Situation:
    world.connect_to_guarded("/apis/models/v2/workspaces/default/providers/closed")
    return Situation(asking("default/closed"))


def _provider_of_nobody(world: World) -> Situation:
    world.connect_to_nobody()
    return Situation(asking("default/echo"))


# ----------------------------------------------------------------------------------------- secrets


def _variable(world: World) -> Situation:
    return Situation(asking("near"), world.knows(api_key=world.key()))


def _unset_variable(world: World) -> Situation:
    world.patch.delenv("NEAR_API_KEY", raising=False)
    return Situation(asking("near"), world.knows(api_key="NEAR_API_KEY"))


def _unset_hub_variable(world: World) -> Situation:
    world.patch.delenv("MY_HUB_TOKEN", raising=False)
    return _on_hub("ada/cities/data/all.csv", "MY_HUB_TOKEN")(world)


def _written_out(world: World) -> Situation:
    return Situation(asking("near"), world.knows(api_key="a-key-that-is-written-out"))


def _hub_with_token_written_out(world: World) -> Situation:
    return _on_hub("ada/private/data/all.csv", world.hub_token)(world)


def _secret_as_key(world: World) -> Situation:
    return Situation(asking("near"), world.knows(api_key=f"default/{world.secret('the key of near')}"))


def _no_secret_as_key(world: World) -> Situation:
    return Situation(asking("near"), world.knows(api_key="default/there-is-no-such-secret"))


def _bare_secret(world: World) -> Situation:
    return _on_hub("ada/cities/data/all.csv", world.secret(world.hub_token))(world)


def _variable_and_secret(world: World) -> Situation:
    name = world.secret(world.hub_token)
    world.patch.setenv(name, world.hub_token)
    return _on_hub("ada/private/data/all.csv", name)(world)


def _guarded_secret(world: World) -> Situation:
    path = "/apis/secrets/v2/workspaces/default/secrets/hub-token"
    known = {path: {"name": "hub-token", "workspace": "default"}}
    world.connect_to_guarded(f"{path}/access", spared=True, known=known)
    return _on_hub("ada/private/data/all.csv", "default/hub-token")(world)


def _forbidden_secret(world: World) -> Situation:
    path = "/apis/secrets/v2/workspaces/default/secrets/hub-token"
    world.connect_to_guarded(path, f"{path}/access")
    return _on_hub("ada/private/data/all.csv", "default/hub-token")(world)


def _secret_of_nobody(world: World) -> Situation:
    world.connect_to_nobody()
    return _on_hub("ada/private/data/all.csv", "default/hub-token")(world)


# ------------------------------------------------------------------------------------ all the rest


def _personas_here(world: World) -> Situation:
    return Situation(person(), world.personas_here())


def _personas_there(world: World) -> Situation:
    world.personas_there()
    return Situation(person(), world.no_personas_here)


def _personas_in_both(world: World) -> Situation:
    world.personas_there()
    return Situation(person(), world.personas_here())


def _personas_nowhere(world: World) -> Situation:
    return Situation(person(), world.no_personas_here)


def _forbidden_personas(world: World) -> Situation:
    world.connect_to_guarded("/apis/files/v2/workspaces/system/filesets/nemotron-personas-dataset-en_us")
    return Situation(person(), world.personas_here())


def _tools(world: World, *servers: dd.LocalStdioMCPProvider | dd.MCPProvider, alias: str = "stock") -> Situation:
    tools = [dd.ToolConfig(tool_alias="stock", providers=["shop"])]
    builder = asking("near", tool_configs=tools, tool_alias=alias)
    return Situation(builder, Settings(model_providers=world.knows().model_providers, mcp_providers=servers))


def _own_validator(_world: World) -> Situation:
    params = dd.LocalCallableValidatorParams(validation_function=finds_right)
    return Situation(judged("local_callable", params))


def _remote(world: World, url: str) -> Situation:
    return Situation(judged("remote", dd.RemoteValidatorParams(endpoint_url=url, max_retries=0)))


def _artifacts(world: World) -> Situation:
    return Situation(plain(), artifact_path=world.folder / "new" / "artifacts")


def _file_in_the_way(world: World) -> Situation:
    return Situation(plain(), artifact_path=world.file("artifacts") / "below")


def _closed_folder(world: World) -> Situation:
    folder = world.folder / "closed"
    folder.mkdir(mode=0o500, parents=True)
    return Situation(plain(), artifact_path=folder / "artifacts")


def _needs(column_type: str, **parts: Any) -> Callable[[World], Situation]:
    model = dd.ModelConfig(
        alias="vector",
        model="double-embedding",
        provider="default/echo",
        inference_parameters=dd.EmbeddingInferenceParams(),
    )

    def make(_world: World) -> Situation:
        builder = plain().add_model_config(model)
        return Situation(builder.add_column(name="made", column_type=column_type, **parts))

    return make


def _circle(_world: World) -> Situation:
    builder = plain().add_column(name="one", column_type="expression", expr="{{ two }}")
    return Situation(builder.add_column(name="two", column_type="expression", expr="{{ one }}"))


def _profiler_without_model(world: World) -> Situation:
    builder = asking("default/echo")
    builder.add_profiler(dd.JudgeScoreProfilerConfig(model_alias="nobody", summary_score_sample_size=2))
    return Situation(builder)


def _newer_part(world: World) -> Situation:
    world.connect_to_older("expression")
    return Situation(plain().add_column(name="made", column_type="expression", expr="a {{ product }}"))


def _services_of_nobody(world: World) -> Situation:
    world.connect_to_nobody()
    return Situation(plain())


def _services_that_deny(world: World) -> Situation:
    world.connect_to_guarded("/openapi.json")
    return Situation(plain())


CASES: tuple[Case, ...] = (
    Case(LOCAL_SEED, "a file", "seed", "ok", "not accepted", _file),
    Case(LOCAL_SEED, "files of a pattern", "seed", "ok", "not accepted", _pattern),
    Case(LOCAL_SEED, "a file that is gone", "seed", "missing", "not accepted", _file_that_is_gone),
    Case(LOCAL_SEED, "a file that is no table", "seed", "not accepted", "not accepted", _no_table),
    Case(LOCAL_SEED, "a file without records", "seed", "missing", "not accepted", _no_records),
    Case(LOCAL_SEED, "a folder", "seed", "ok", "not accepted", _folder),
    Case(LOCAL_SEED, "a folder without such files", "seed", "missing", "not accepted", _empty_folder),
    Case(LOCAL_SEED, "contents of files", "seed", "ok", "not accepted", _contents),
    Case(LOCAL_SEED, "agent rollouts", "seed", "ok", "not accepted", _rollouts),
    Case(FRAME, "in memory", "seed", "ok", "not accepted", _frame),
    Case(FRAME, "without records", "seed", "missing", "not accepted", _frame_without_records),
    Case(
        FRAME,
        "shorter than the selection",
        "seed",
        "not accepted",
        "not accepted",
        _frame_that_is_shorter_than_the_selection,
    ),
    Case(HUB, "for everybody", "seed", "ok", "ok", _on_hub("ada/cities/data/all.csv")),
    Case(HUB, "files of a pattern", "seed", "ok", "ok", _on_hub("ada/cities/**/*.csv")),
    Case(HUB, "of a revision", "seed", "ok", "ok", _on_hub("ada/cities@main/data/all.csv")),
    Case(HUB, "no file named", "seed", "missing", "missing", _on_hub("ada/cities")),
    Case(HUB, "a file that is not there", "seed", "missing", "missing", _on_hub("ada/cities/none.csv")),
    Case(HUB, "a private one, without a token", "seed", "denied", "denied", _on_hub("ada/private/data/all.csv")),
    Case(HUB, "a private one, its token in a variable", "seed", "ok", "ok", _hub_with_variable),
    Case(HUB, "a private one, with another's token", "seed", "denied", "denied", _hub_with_wrong_token),
    Case(HUB, "a private one, its token a secret", "seed", "not checked", "not checked", _hub_with_secret),
    Case(HUB, "a hub that is not reached from here", "seed", "not checked", "not checked", _no_hub),
    Case(FILESET, "with its workspace", "seed", "ok", "ok", _fileset("data/cities.csv")),
    Case(FILESET, "without a workspace", "seed", "ok", "ok", _fileset("data/cities.csv", prefix="")),
    Case(FILESET, "files of a pattern in a folder", "seed", "ok", "ok", _fileset_of_parquet),
    *(
        Case(FILESET, f"a pattern at the root, `{pattern}`", "seed", "ok", "not accepted", _fileset(pattern, file=file))
        for pattern, file in {
            "*.csv": "a.csv",
            "?.csv": "a.csv",
            "**/*.csv": "data/a.csv",
            "*/a.csv": "data/a.csv",
        }.items()
    ),
    Case(FILESET, "a file that is not there", "seed", "missing", "missing", _fileset("data/none.csv")),
    Case(FILESET, "a pattern without files", "seed", "missing", "missing", _fileset("data/*.parquet")),
    Case(FILESET, "a file without records", "seed", "missing", "missing", _fileset_of(**{"data/a.csv": b"city\n"})),
    Case(
        FILESET,
        "files that have different columns",
        "seed",
        "not accepted",
        "not accepted",
        _fileset_of(**{"data/a.csv": b"city\nBonn\n", "data/b.csv": b"x,y\n1,2\n"}),
    ),
    Case(
        FILESET,
        "shorter than the selection",
        "seed",
        "not accepted",
        "not accepted",
        _fileset_of(dd.IndexRange(start=0, end=3), **{"data/a.csv": b"city\nBonn\nOslo\nGraz\n"}),
    ),
    Case(FILESET, "a file that is no table", "seed", "not accepted", "not accepted", _fileset_of_no_table),
    Case(
        FILESET,
        "a Fileset that is not there",
        "seed",
        "missing",
        "missing",
        lambda world: Situation(on_fileset("default/there-is-no-such-fileset#cities.csv")),
    ),
    Case(
        FILESET,
        "a workspace that is not there",
        "seed",
        "missing",
        "missing",
        lambda world: Situation(on_fileset("nowhere/seeds#cities.csv")),
    ),
    Case(FILESET, "forbidden", "seed", "denied", "denied", _forbidden_fileset),
    Case(FILESET, "services that do not answer", "seed", "unreachable", "not checked", _fileset_of_nobody),
    Case(LOCAL_PROVIDER, "in the file of local settings", "provider", "ok", "not accepted", _local_settings),
    Case(LOCAL_PROVIDER, "given with `Settings`", "provider", "ok", "not accepted", _given),
    Case(
        LOCAL_PROVIDER,
        "with the bare name of one of the gateway",
        "provider",
        "ok",
        "ok",
        _shadow("echo"),
        warned=("submit",),
    ),
    Case(
        LOCAL_PROVIDER,
        "with the full name of one of the gateway",
        "provider",
        "ok",
        "ok",
        _shadow("default/echo"),
        warned=("submit",),
    ),
    Case(GATEWAY, "with its workspace", "provider", "ok", "ok", _gateway("default/echo")),
    Case(GATEWAY, "without a workspace", "provider", "ok", "ok", _gateway("echo")),
    Case(GATEWAY, "a model that is not enabled", "provider", "missing", "missing", _not_enabled),
    Case(GATEWAY, "a name that nobody has", "provider", "missing", "missing", _gateway("default/ecko")),
    Case(GATEWAY, "a bare name that nobody has", "provider", "missing", "missing", _gateway("ecko")),
    Case(GATEWAY, "a workspace that is not there", "provider", "missing", "missing", _gateway("nowhere/echo")),
    Case(GATEWAY, "a name that none can have", "provider", "missing", "missing", _gateway("a/b/c")),
    Case(GATEWAY, "forbidden", "provider", "denied", "denied", _forbidden_provider),
    Case(GATEWAY, "services that do not answer", "provider", "unreachable", "not checked", _provider_of_nobody),
    Case(VARIABLE, "of a provider, set", "secret", "ok", "not accepted", _variable),
    Case(VARIABLE, "of a provider, not set", "secret", "missing", "not accepted", _unset_variable),
    Case(VARIABLE, "of a seed, set", "secret", "ok", "not accepted", _hub_with_variable),
    Case(VARIABLE, "of a seed, not set", "secret", "missing", "not accepted", _unset_hub_variable),
    Case(
        VARIABLE,
        "of a seed, and a secret has its name",
        "secret",
        "ok",
        "ok",
        _variable_and_secret,
        warned=("submit",),
    ),
    Case(VARIABLE, "of a provider that the gateway has too", "secret", "ok", None, _shadow("echo")),
    Case(PLAIN, "of a provider", "secret", "ok", "not accepted", _written_out, warned=("run",)),
    Case(PLAIN, "of a seed", "secret", "ok", "not accepted", _hub_with_token_written_out, warned=("run",)),
    Case(SECRET, "of a seed", "secret", "ok", "ok", _hub_with_secret),
    Case(SECRET, "of a local provider", "secret", "ok", "ok", _secret_as_key),
    Case(SECRET, "that is not there", "secret", "missing", "missing", _no_secret_as_key),
    Case(
        SECRET,
        "of a seed that is not there",
        "secret",
        "missing",
        "missing",
        _on_hub("ada/cities/data/all.csv", "default/there-is-no-such-secret"),
    ),
    Case(SECRET, "without a workspace", "secret", "ok", "ok", _bare_secret, warned=("run", "submit")),
    Case(SECRET, "with authentication on", "secret", "denied", "ok", _guarded_secret),
    Case(SECRET, "forbidden", "secret", "denied", "denied", _forbidden_secret),
    Case(SECRET, "services that do not answer", "secret", "unreachable", "not checked", _secret_of_nobody),
    Case(PERSONAS, "downloaded here", "personas", "ok", "missing", _personas_here),
    Case(PERSONAS, "in its Fileset", "personas", "missing", "ok", _personas_there),
    Case(PERSONAS, "in both places", "personas", "ok", "ok", _personas_in_both),
    Case(PERSONAS, "nowhere", "personas", "missing", "missing", _personas_nowhere),
    Case(PERSONAS, "forbidden", "personas", "ok", "denied", _forbidden_personas),
    Case(TOOLS, "with their server", "tool", "ok", "not accepted", lambda world: _tools(world, world.shop)),
    Case(TOOLS, "without their server", "tool", "missing", "not accepted", _tools),
    Case(
        TOOLS,
        "a server whose program is not there",
        "tool",
        "missing",
        "not accepted",
        lambda world: _tools(world, dd.LocalStdioMCPProvider(name="shop", command="there-is-no-such-program")),
    ),
    Case(
        TOOLS,
        "a server that does not answer",
        "tool",
        "unreachable",
        "not accepted",
        lambda world: _tools(world, dd.MCPProvider(name="shop", endpoint=NOBODY)),
    ),
    Case(
        TOOLS,
        "an alias that no tool configuration has",
        "tool",
        "missing",
        "not accepted",
        lambda world: Situation(
            asking("near", tool_alias="stock"), Settings(model_providers=world.knows().model_providers)
        ),
    ),
    Case(CODE, "a column", "custom code", "ok", "not accepted", lambda world: Situation(with_own_column())),
    Case(CODE, "a validator", "custom code", "ok", "not accepted", _own_validator),
    Case(REMOTE, "somebody answers", "validator", "ok", "not checked", lambda world: _remote(world, world.validator)),
    Case(
        REMOTE,
        "nobody is there",
        "validator",
        "unreachable",
        "not checked",
        lambda world: _remote(world, f"{NOBODY}/check"),
        in_vain="checked",
    ),
    Case(
        IMAGES,
        "in the records",
        "images",
        "ok",
        "ok",
        lambda world: Situation(showing(dd.ModalityDataType.BASE64, PICTURE)),
    ),
    Case(
        IMAGES,
        "addresses",
        "images",
        "not checked",
        "not checked",
        lambda world: Situation(showing(dd.ModalityDataType.URL, "https://example.com/mug.png")),
    ),
    Case(ARTIFACTS, "a new folder", "artifacts", "ok", "ok", _artifacts),
    Case(ARTIFACTS, "a file in the way", "artifacts", "missing", "ok", _file_in_the_way),
    Case(ARTIFACTS, "a folder that may not be written", "artifacts", "denied", "ok", _closed_folder),
    Case(
        CONFIGURATION,
        "that holds together",
        "configuration",
        "ok",
        "ok",
        lambda world: Situation(plain()),
    ),
    Case(
        CONFIGURATION,
        "a model alias that nobody has",
        "configuration",
        "missing",
        "missing",
        lambda world: Situation(asking("default/echo", alias="chatt")),
    ),
    Case(
        CONFIGURATION,
        "a prompt with a column that is not there",
        "configuration",
        "not accepted",
        "not accepted",
        lambda world: Situation(asking("default/echo", prompt="Write about {{ colour }}")),
    ),
    Case(
        CONFIGURATION,
        "a column that the Fileset's file does not have",
        "configuration",
        "not accepted",
        "not accepted",
        _fileset("data/cities.csv", made="in {{ country }}"),
    ),
    *(
        Case(CONFIGURATION, title, "configuration", "not accepted", "not accepted", make)
        for title, make in {
            "an embedding of a column that is not there": _needs(
                "embedding", model_alias="vector", target_column="colour"
            ),
            "a sampler by a column that is not there": _needs(
                "sampler", sampler_type="subcategory", params={"category": "colour", "values": {"red": ["rose"]}}
            ),
            "columns that are made from each other": _circle,
            "a column that is made from itself": _needs("expression", expr="{{ made }}"),
            "a template that the library refuses": _needs("expression", expr="{% set x = product %}{{ x }}"),
        }.items()
    ),
    Case(
        CONFIGURATION,
        "a profiler with a model alias that nobody has",
        "configuration",
        "ok",
        "missing",
        _profiler_without_model,
    ),
    Case(
        CONFIGURATION,
        "a part that the deployment's version does not know",
        "configuration",
        "ok",
        "not accepted",
        _newer_part,
    ),
    Case(SERVICES, "they answer", "services", None, "ok", lambda world: Situation(plain())),
    Case(SERVICES, "nobody is there", "services", None, "unreachable", _services_of_nobody),
    Case(SERVICES, "they do not know who is asking", "services", None, "denied", _services_that_deny),
)

MAY_WRITE_EVERYWHERE = hasattr(os, "geteuid") and os.geteuid() == 0
"""Whether whoever tests may write where nobody may."""
