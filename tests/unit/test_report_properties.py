"""Any configuration that can be written gets a report: never an exception, and never a key in it."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from typing import Any

import data_designer.config as dd
import httpx
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dd_jupyter import FilesetFileSeedSource, Settings
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.kind import FAULT
from dd_jupyter.resources.places import Here, There
from dd_jupyter.resources.report import LOCATIONS, ResolutionReport
from dd_jupyter.resources.resolution import refusal, resolve
from tests.support.deployment_answers import DeploymentAnswers

NOBODY = "http://127.0.0.1:9"

# Names that people give, and names that nobody should.
WORDS = st.sampled_from(
    ["product", "review", "city", "chat", "default/echo", "echo", "near", "shop", "a/b/c", "{{ x }}"]
)
NAMES = st.one_of(WORDS, st.text(min_size=1, max_size=12))
ALIASES = st.one_of(st.sampled_from(["chat", "judge"]), st.sampled_from(["chat", "judge"]), NAMES)
PROVIDER_NAMES = st.one_of(st.sampled_from(["near", "far", "echo", "default/echo"]), NAMES)
TOOL_NAMES = st.one_of(st.sampled_from(["shop"]), NAMES)
TEMPLATES = st.one_of(
    st.sampled_from(
        [
            "Write about {{ product }}.",
            "{{ product",
            "{% if %}",
            "{% for a in b %}{{ a }}",
            "{{ product | nothing }}",
            "{{ product.name[0] }} {{ '",
            "{% include '/etc/passwd' %}",
            "{# open",
            "{product}",
        ]
    ),
    st.lists(NAMES, max_size=3).map(lambda names: " ".join(f"{{{{ {name} }}}}" for name in names)),
    st.text(max_size=30),
)
LETTERS = string.ascii_letters + string.digits
KEYS = st.one_of(
    st.text(LETTERS, min_size=24, max_size=40).map(lambda text: f"sk-0{text}"),
    st.text(LETTERS, min_size=24, max_size=40).map(lambda text: f"hf_0{text}"),
    st.text(LETTERS, min_size=24, max_size=40).map(lambda text: f"0{text}x"),
    st.text(LETTERS + "/", min_size=24, max_size=40).map(lambda text: f"0/{text}/x"),
)
"""Keys that are written out; each is a secret, and long enough to be nowhere by chance."""
REFERENCES = st.one_of(
    st.sampled_from(["MY_KEY", "EMPTY", "default/key", "nowhere/key", "key", "a/b/c", "/", " ", "default/", "é/ü"]),
    st.text(min_size=1, max_size=10).filter(lambda text: "\0" not in text),
)

Columns = Callable[[dd.DataDesignerConfigBuilder], object]


def column(**parts: Any) -> Columns:
    return lambda builder: builder.add_column(**parts)


def shout(row: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError("Nothing is to be called.")


CUSTOM = dd.custom_column_generator()(shout)

COLUMNS = st.one_of(
    st.builds(
        lambda name, prompt, alias, system, tool: column(
            name=name, column_type="llm-text", prompt=prompt, model_alias=alias, system_prompt=system, tool_alias=tool
        ),
        NAMES,
        TEMPLATES,
        ALIASES,
        st.none() | TEMPLATES,
        st.none() | TOOL_NAMES,
    ),
    st.builds(lambda name, expr: column(name=name, column_type="expression", expr=expr), NAMES, TEMPLATES),
    st.builds(
        lambda name, prompt, alias: column(name=name, column_type="image", prompt=prompt, model_alias=alias),
        NAMES,
        TEMPLATES,
        ALIASES,
    ),
    st.builds(
        lambda name, target, alias: column(name=name, column_type="embedding", target_column=target, model_alias=alias),
        NAMES,
        NAMES,
        ALIASES,
    ),
    st.builds(
        lambda name, values: column(
            name=name, column_type="sampler", sampler_type="category", params={"values": values}
        ),
        NAMES,
        st.lists(NAMES, min_size=1, max_size=3),
    ),
    st.builds(
        lambda name, locale: column(name=name, column_type="sampler", sampler_type="person", params={"locale": locale}),
        NAMES,
        st.sampled_from(["en_US", "ja_JP", "xx_XX"]),
    ),
    st.builds(
        lambda name, target, url: column(
            name=name,
            column_type="validation",
            target_columns=[target],
            validator_type="remote",
            validator_params=dd.RemoteValidatorParams(endpoint_url=url),
        ),
        NAMES,
        NAMES,
        st.sampled_from(
            [
                NOBODY,
                "",
                "no address",
                "http://",
                "http://[",
                "http://127.0.0.1:99999/",
                "http://ada:pw@127.0.0.1:9/?k=v",
            ]
        ),
    ),
    st.builds(
        lambda name, target: column(
            name=name,
            column_type="validation",
            target_columns=[target],
            validator_type="local_callable",
            validator_params=dd.LocalCallableValidatorParams(validation_function=shout),
        ),
        NAMES,
        NAMES,
    ),
    st.builds(lambda name: column(name=name, column_type="custom", generator_function=CUSTOM), NAMES),
    st.builds(
        lambda name, photo, kind: column(
            name=name,
            column_type="llm-text",
            prompt="Describe it.",
            model_alias="chat",
            multi_modal_context=[
                dd.ImageContext(
                    column_name=photo,
                    data_type=kind,
                    image_format=dd.ImageFormat.PNG,
                )
            ],
        ),
        NAMES,
        NAMES,
        st.sampled_from(list(dd.ModalityDataType)),
    ),
)

HUB_PATHS = st.sampled_from(
    ["datasets/ada/cities/*.csv", "datasets/a/b/[", "datasets/é ü/ /x.csv", "datasets/a/b/c.csv"]
)
FILESETS = st.one_of(
    st.sampled_from(["default/seeds#a.csv", "seeds#*.csv", "nowhere/x#y.parquet", "x#[", "a b/c#d", "x#**"]),
    st.text(min_size=1, max_size=8).map(lambda text: f"default/seeds#{text}"),
    st.text(min_size=1, max_size=8).map(lambda text: f"{text}#a.csv"),
)
FILES = st.sampled_from(["/dev/null/none", "/dev/fd"])

Seed = Callable[[], Any]


def local(path: str, kind: str) -> Any:
    source = {"directory": dd.DirectorySeedSource, "file_contents": dd.FileContentsSeedSource}[kind]
    return source(path=path, file_pattern="*.none")


SEEDS: st.SearchStrategy[Seed | None] = st.one_of(
    st.none(),
    st.builds(
        lambda path, token: lambda: dd.HuggingFaceSeedSource(path=path, token=token, endpoint=NOBODY),
        HUB_PATHS,
        st.none() | REFERENCES | KEYS,
    ),
    st.builds(lambda path: lambda: FilesetFileSeedSource(path=path), FILESETS),
    st.builds(
        lambda names: lambda: dd.DataFrameSeedSource(df=pd.DataFrame({name: ["x"] for name in names})),
        st.lists(NAMES, max_size=3, unique=True),
    ),
    st.builds(lambda path, kind: lambda: local(path, kind), FILES, st.sampled_from(["directory", "file_contents"])),
)

MODELS = st.lists(st.tuples(ALIASES, NAMES, PROVIDER_NAMES), max_size=3, unique_by=lambda model: model[0])
PROVIDERS = st.lists(st.tuples(PROVIDER_NAMES, st.none() | REFERENCES | KEYS), max_size=3, unique_by=lambda one: one[0])
TOOLS = st.lists(st.tuples(TOOL_NAMES, TOOL_NAMES), max_size=2, unique_by=lambda tool: tool[0])
SERVERS = st.lists(st.tuples(TOOL_NAMES, st.none() | REFERENCES | KEYS), max_size=2, unique_by=lambda one: one[0])

ANSWERS = st.sampled_from(["everything", "nothing", "nobody", "forbidden", "broken", "nonsense"])


@given(MODELS, PROVIDERS, TOOLS, SERVERS, st.lists(COLUMNS, min_size=1, max_size=4), SEEDS, ANSWERS, st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_any_configuration_gives_a_report_without_a_fault_and_without_a_key(
    models: list[tuple[str, str, str]],
    providers: list[tuple[str, str | None]],
    tools: list[tuple[str, str]],
    servers: list[tuple[str, str | None]],
    columns: list[Columns],
    seed: Seed | None,
    answers: str,
    data: st.DataObject,
) -> None:
    builder = configured(models, tools, columns, seed)
    given_settings = Settings(
        model_providers=made(lambda name, key: dd.ModelProvider(name=name, endpoint=NOBODY, api_key=key), providers),
        mcp_providers=made(lambda name, key: dd.MCPProvider(name=name, endpoint=NOBODY, api_key=key), servers),
    )
    deployment = services(answers)
    operation = data.draw(st.sampled_from([None, "preview", "create"]))

    report = wait_for(
        resolve(
            builder,
            Here(given_settings, num_records=data.draw(st.sampled_from([None, 1, 50]))),
            There(lambda: deployment, patience=2),
            operation=operation,
        )
    )

    deployment.close()
    text = report.model_dump_json()
    assert FAULT not in text, [row for row in report.rows if FAULT in str(row)]
    assert ResolutionReport.model_validate(json.loads(text)) == report
    assert report.rows and report.checklist
    said = [text, repr(report), *(str(refusal(report, location)) for location in LOCATIONS)]
    for key in written_out(providers, servers, seed):
        assert not any(key in one for one in said), key


def configured(
    models: list[tuple[str, str, str]], tools: list[tuple[str, str]], columns: list[Columns], seed: Seed | None
) -> dd.DataDesignerConfigBuilder:
    """The configuration, as far as the library lets one write it."""
    builder = dd.DataDesignerConfigBuilder(
        model_configs=made(lambda alias, model, name: dd.ModelConfig(alias=alias, model=model, provider=name), models),
        tool_configs=made(lambda alias, server: dd.ToolConfig(tool_alias=alias, providers=[server]), tools),
    )
    for add in columns:
        written(lambda add=add: add(builder))  # type: ignore[misc]
    if seed is not None:
        written(lambda: builder.with_seed_dataset(seed()))
    return builder


def made(make: Callable[..., Any], parts: list[tuple[Any, ...]]) -> list[Any]:
    return [one for part in parts if (one := written(lambda part=part: make(*part))) is not None]  # type: ignore[misc]


def written(write: Callable[[], Any]) -> Any:
    """What can be written at all: a configuration that the library refuses is none."""
    from data_designer.errors import DataDesignerError

    try:
        return write()
    except (ValidationError, DataDesignerError, ValueError):
        return None


def written_out(
    providers: list[tuple[str, str | None]], servers: list[tuple[str, str | None]], seed: Seed | None
) -> list[str]:
    """The keys in a configuration: all that were generated as such begin with one of these."""
    given_keys = [key for _, key in (*providers, *servers) if key is not None]
    source = written(seed) if seed is not None else None
    token = getattr(source, "token", None)
    return [key for key in (*given_keys, token) if key and key.startswith(("sk-0", "hf_0", "0")) and len(key) > 20]


def services(answers: str) -> Deployment:
    """A deployment that has everything or nothing, or is of no use."""
    usual = DeploymentAnswers()

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if answers == "nobody":
            raise httpx.ConnectError("Nobody is there.", request=request)
        if path in {"/openapi.json", "/status"} and answers != "nonsense":
            return usual._answered(request)
        if answers == "forbidden":
            return httpx.Response(403, json={"detail": "Access denied"})
        if answers == "broken":
            return httpx.Response(400, text="<html>")
        if answers == "nonsense":
            return httpx.Response(200, json={"data": None})
        if answers == "everything" and "/providers/" in path:
            return httpx.Response(200, json={"name": "x", "workspace": "default", "host_url": "http://n.test/v1"})
        if answers == "everything" and path.count("/secrets") == 2:
            entry = {"name": "key", "workspace": "default"}
            return httpx.Response(200, json={"data": [entry]} if path.endswith("/secrets") else entry)
        if answers == "everything" and path.endswith("/files"):
            return httpx.Response(200, json={"data": [{"path": "a.csv", "size": 9}]})
        if answers == "everything" and "/-/" in path:
            return httpx.Response(200, content=b"city\nBonn\n")
        return usual._answered(request)

    context = NemoContext("http://double", "default", "", "nmp", NoCredentials())
    return Deployment(context, transport=httpx.MockTransport(answer))
