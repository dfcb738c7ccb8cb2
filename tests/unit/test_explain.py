"""Whatever the library raises, the person reads one sentence with a way on, and no key."""

from __future__ import annotations

import itertools

import pytest
from data_designer.config.errors import InvalidConfigError
from data_designer.config.utils.errors import UserJinjaTemplateSyntaxError
from data_designer.engine.dataset_builders.errors import DatasetGenerationError  # noqa: TID251
from data_designer.engine.dataset_builders.utils.errors import (  # noqa: TID251
    ConfigCompilationError,
    DAGCircularDependencyError,
)
from data_designer.engine.models.clients.errors import ProviderError, ProviderErrorKind  # noqa: TID251
from data_designer.engine.models.errors import (  # noqa: TID251
    FormattedLLMErrorMessage,
    ModelAuthenticationError,
    ModelRateLimitError,
)
from data_designer.interface.errors import DataDesignerGenerationError, DataDesignerProfilingError

from dd_jupyter.engine import Violation
from dd_jupyter.errors import ConfigError, DDJupyterError, ResourceError, ResumeError, RunError
from dd_jupyter.execution.events import RecordFailed
from dd_jupyter.execution.explain import Circumstances, explain, reason

KEY = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"
FORMATTED = FormattedLLMErrorMessage(cause="The API key of 'near' was refused.", solution="Check that it is valid.")


def chained(*errors: BaseException, context: BaseException | None = None) -> BaseException:
    """The first error, caused by the second, and so on; the last raised from None while handling `context`."""
    for error, cause in itertools.pairwise(errors):
        error.__cause__ = cause
    errors[-1].__context__ = context
    errors[-1].__suppress_context__ = context is not None
    return errors[0]


def answer(status: int | None, message: str) -> ProviderError:
    return ProviderError(kind=ProviderErrorKind.API_ERROR, message=message, status_code=status)


def test_the_first_error_of_a_chain_is_the_one_that_is_told() -> None:
    error = chained(
        DataDesignerGenerationError("🛑 Error generating preview dataset: something"),
        DatasetGenerationError("🛑 Failed to process\n  column 'x'"),
        ValueError("the   real\nreason"),
    )

    explained = explain(error)

    assert isinstance(explained, RunError)
    assert str(explained) == "ValueError: the real reason"
    assert explained.__cause__ is error


def test_the_library_speaks_without_its_pictures() -> None:
    explained = explain(DataDesignerProfilingError("🛑 Error profiling 'x'."))

    assert str(explained) == "Error profiling 'x'."


def test_an_error_without_words_is_told_by_the_one_above_it_or_by_its_name() -> None:
    assert str(explain(chained(DataDesignerGenerationError("🛑 It failed."), KeyError()))) == "It failed."
    assert "KeyError" in str(explain(KeyError()))


def test_cause_and_solution_of_a_model_error_become_the_sentence() -> None:
    error = chained(DataDesignerGenerationError("🛑 Error"), ModelAuthenticationError(FORMATTED))

    assert str(explain(error)) == "The API key of 'near' was refused. Check that it is valid."


def test_a_providers_own_answer_and_its_address_are_told_though_the_library_hides_them() -> None:
    hidden = answer(401, "Invalid credentials.")
    error = chained(DataDesignerGenerationError("🛑 Error"), ModelAuthenticationError(FORMATTED), context=hidden)

    said = str(explain(error, Circumstances(endpoints={"near": "https://user:pass@near.example/v1"})))

    assert "was refused. Check that it is valid. It answered: HTTP 401: Invalid credentials." in said
    assert "Asked: `near` at https://[key removed]@near.example/v1." in said


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [(429, "Too many.", "HTTP 429: Too many."), (None, "Connection\nrefused", "Connection refused.")],
)
def test_the_reason_of_a_failed_record_is_the_providers_answer(status: int | None, message: str, said: str) -> None:
    error = chained(ModelRateLimitError(FORMATTED), context=answer(status, message))

    assert reason(error) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelAuthenticationError(FORMATTED), "The API key of 'near' was refused."),
        (ValueError("⚠️ not\n a number"), "not a number"),
        (KeyError(), "KeyError"),
        (ValueError("x" * 10_000), "x" * 500),
    ],
)
def test_a_reason_is_a_short_line(error: Exception, said: str) -> None:
    assert reason(error) == said


def test_what_the_library_finds_wrong_is_told_with_its_columns() -> None:
    violations = [
        Violation("review", "🛑 Prompt references\n unknown column 'x'.", is_error=True),
        Violation("size", "might be slow", is_error=False),
        Violation(None, "There is no column that starts a record.", is_error=True),
    ]

    explained = explain(ConfigCompilationError("🛑 invalid"), Circumstances(violations))

    assert isinstance(explained, ConfigError)
    assert str(explained) == (
        "The configuration cannot run: column `review`: Prompt references unknown column 'x'.; "
        "There is no column that starts a record."
    )


def test_a_warning_of_the_library_is_not_taken_for_the_error() -> None:
    explained = explain(ValueError("real"), Circumstances([Violation("size", "might be slow", is_error=False)]))

    assert str(explained) == "ValueError: real"


@pytest.mark.parametrize(
    "kind", [ConfigCompilationError, DAGCircularDependencyError, InvalidConfigError, UserJinjaTemplateSyntaxError]
)
def test_a_configuration_that_cannot_run_is_a_config_error(kind: type[Exception]) -> None:
    explained = explain(chained(DataDesignerGenerationError("🛑 Error"), kind("🛑 Not so.")))

    assert isinstance(explained, ConfigError)
    assert str(explained) == "The configuration cannot run: Not so."


@pytest.mark.parametrize("ours", [ConfigError("c"), ResourceError("r"), ResumeError("e"), RunError("u")])
def test_an_error_of_ours_passes_through_however_deep_it_is(ours: DDJupyterError) -> None:
    violations = [Violation("x", "wrong", is_error=True)]

    assert explain(ours) is ours
    assert explain(chained(DataDesignerGenerationError("🛑"), ValueError("x"), ours), Circumstances(violations)) is ours


def test_when_no_record_could_be_made_the_last_failure_says_why() -> None:
    error = DataDesignerGenerationError("🛑 Dataset is empty: all records were dropped.")

    said = str(
        explain(
            error,
            Circumstances(endpoints={"near": "http://near"}, last_failed=RecordFailed(3, "review", "HTTP 500: no.")),
        )
    )

    assert said == "No record could be made. Column `review` failed: HTTP 500: no. Asked: `near` at http://near."


def test_a_failed_record_is_no_reason_for_another_error() -> None:
    said = str(explain(ValueError("disk full"), Circumstances(last_failed=RecordFailed(3, "review", "HTTP 500: no."))))

    assert said == "ValueError: disk full"


def test_a_dataset_that_cannot_be_gone_on_with_is_told_in_terms_of_our_options() -> None:
    error = DatasetGenerationError("🛑 Cannot resume: the configuration changed. Use ResumeMode.NEVER to start over.")

    explained = explain(error)

    assert isinstance(explained, ResumeError)
    assert "ResumeMode" not in str(explained)
    assert str(explained).startswith("Cannot resume: the configuration changed. ") and "`--resume`" in str(explained)


def test_an_mcp_server_that_fails_is_named() -> None:
    shared = pytest.importorskip("mcp.shared.exceptions")
    types = pytest.importorskip("mcp.types")
    error = shared.McpError(types.ErrorData(code=1, message="Connection closed"))

    said = str(
        explain(chained(DataDesignerGenerationError("🛑 Error"), error), Circumstances(mcp_servers=["shop", "clock"]))
    )

    assert said.startswith("An MCP server failed (`shop`, `clock`): Connection closed")


def test_an_mcp_server_that_ends_while_it_is_written_to_is_named_too() -> None:
    anyio = pytest.importorskip("anyio")
    error = chained(DataDesignerGenerationError("🛑 Error generating preview dataset:"), anyio.BrokenResourceError())

    said = str(explain(error, Circumstances(mcp_servers=["shop"])))

    assert said.startswith("An MCP server failed (`shop`): it closed the connection.")


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"Bad key {KEY}"),
        chained(ModelAuthenticationError(FORMATTED), context=answer(401, f"Key {KEY} is not valid")),
        chained(DataDesignerGenerationError(f"🛑 {KEY}"), OSError(f"https://me:{KEY}@host/x is gone")),
        DatasetGenerationError(f"Cannot resume: {KEY} changed."),
    ],
)
def test_no_key_is_in_what_a_person_reads(error: BaseException) -> None:
    assert KEY not in str(explain(error, Circumstances(endpoints={"near": f"https://near/?key={KEY}"})))
    assert KEY not in reason(error)


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first

    assert str(explain(first)) == "ValueError: second"
    assert reason(first) == "first"
