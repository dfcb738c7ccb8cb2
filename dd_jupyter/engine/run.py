"""One preview or create of the library, watched and stoppable."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dd_jupyter.engine.designer import Settings, watched_designer
from dd_jupyter.engine.logs import led_to
from dd_jupyter.engine.observer import INTERNAL_ROW_ID, Column, Generation, Model, Observer
from dd_jupyter.engine.repairs import keep_samplers_aligned

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.preview_results import PreviewResults
    from data_designer.interface.results import DatasetCreationResults


_T = TypeVar("_T")


class Stopped(Exception):  # noqa: N818  a state that was asked for, not an error
    """The run was asked to stop, and did."""


class EngineRun:
    """One preview or create. Use it once; `stop` may be called from any thread."""

    def __init__(self, settings: Settings, observer: Observer) -> None:
        self._settings = settings
        self._observer = observer
        self._stop = threading.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._scheduler: Any = None
        self._registry: Any = None
        # The library's own count has requests of custom columns that never went out.
        self._requests: dict[str, tuple[int, int]] = {}

    def preview(self, builder: DataDesignerConfigBuilder, *, num_records: int, scratch: Path) -> PreviewResults:
        """Run `DataDesigner.preview`; what processors write goes to `scratch`.

        Raises:
            Stopped: After `stop`.
            DataDesignerError: As the library raises it.
        """

        def preview() -> PreviewResults:
            designer = watched_designer(self, self._settings, scratch)
            results: PreviewResults = designer.preview(builder, num_records=num_records)
            return results

        return self._watched(preview)

    def create(
        self,
        builder: DataDesignerConfigBuilder,
        *,
        num_records: int,
        dataset_name: str,
        artifact_path: Path,
        batch_size: int,
        resume: bool,
    ) -> DatasetCreationResults:
        """Run `DataDesigner.create` below `artifact_path`, going on from what is there with `resume`.

        `batch_size` records are written at once, unless the settings have a run configuration of their own.

        Raises:
            Stopped: After `stop`; what was finished is on disk.
            DataDesignerError: As the library raises it.
        """

        def create() -> DatasetCreationResults:
            from data_designer.interface import ResumeMode

            designer = watched_designer(self, self._settings, artifact_path)
            if self._settings.run_config is None:
                designer.set_run_config(designer.run_config.model_copy(update={"buffer_size": batch_size}))
            results: DatasetCreationResults = designer.create(
                builder,
                num_records=num_records,
                dataset_name=dataset_name,
                resume=ResumeMode.ALWAYS if resume else ResumeMode.NEVER,
            )
            return results

        return self._watched(create)

    def stop(self) -> None:
        """Let no request go out after this, close those under way, and end the run."""
        self._stop.set()
        # 0.9.x tells custom columns in worker threads; 0.7.0 knows only the cancelled task.
        request_cancel = getattr(self._scheduler, "request_cancel", None)
        if request_cancel is not None:
            request_cancel()
        for task in tuple(self._tasks):
            task.get_loop().call_soon_threadsafe(task.cancel)

    def usage(self) -> list[tuple[Model, int, int, int, int]]:
        """Of each model asked so far: tokens in, tokens out, requests, and requests that failed."""
        facades = list(self._registry.models.values()) if self._registry is not None else []
        used = [(_model(facade), facade.usage_stats.token_usage) for facade in facades]
        return [
            (model, tokens.input_tokens, tokens.output_tokens, *self._requests[model.alias])
            for model, tokens in used
            if model.alias in self._requests
        ]

    # What follows is called by the watched designer, in the thread of the run.

    def check_stop(self) -> None:
        """Raise `Stopped` once the run was asked to stop."""
        if self._stop.is_set():
            raise Stopped

    def watch_models(self, registry: Any) -> None:
        """Follow the requests of a model registry, and refuse them after a stop."""
        if registry is None:
            return
        self._registry = registry
        make_facade, check_health = registry._get_model, registry.arun_health_check
        facades: dict[str, Any] = {}
        making = threading.Lock()

        def make_watched_facade(config: Any) -> Any:
            # Custom columns ask for a model from several threads at once, and the library would make one for
            # each, count the tokens of the last, and never close the others.
            with making:
                if config.alias not in facades:
                    facades[config.alias] = watched_facade(config)
                return facades[config.alias]

        def watched_facade(config: Any) -> Any:
            facade = make_facade(config)
            model = _model(facade)
            for name in ("acompletion", "agenerate_text_embeddings", "agenerate_image"):
                setattr(facade, name, self._watched_request(model, getattr(facade, name)))
            return facade

        async def check_health_watched(aliases: list[str]) -> None:
            configs = [registry.get_model_config(model_alias=alias) for alias in aliases]
            asked = [config.alias for config in configs if not config.skip_health_check]
            self._observer.checking([_model(registry.get_model(model_alias=alias)) for alias in asked])
            await self._stoppable(check_health(aliases))

        registry._get_model = make_watched_facade
        registry.arun_health_check = check_health_watched

    def watch_builder(self, builder: Any) -> None:
        """Follow the scheduler that a dataset builder makes."""
        prepare = builder._prepare_async_run

        def prepare_watched(generators: Any, num_records: int, buffer_size: int, **options: Any) -> Any:
            self.check_stop()
            keep_samplers_aligned(generators)
            scheduler, buffers = prepare(generators, num_records, buffer_size, **options)
            self._watch_scheduler(scheduler, buffers)
            plan = scheduler._row_groups
            row_groups = dict(iter(plan))
            self._observer.generating(
                Generation(
                    columns=_columns(builder.data_designer_config.columns),
                    row_groups=row_groups,
                    starts={number: plan.row_group_start_offset(number) for number in row_groups},
                    records_before=buffers.actual_num_records,
                    path=Path(builder.artifact_storage.base_dataset_path),
                    _buffers=buffers,
                )
            )
            return scheduler, buffers

        builder._prepare_async_run = prepare_watched

    def profiling(self) -> None:
        """The records are made; their profile comes next."""
        self.check_stop()
        self._observer.profiling()

    def _watched(self, library_call: Callable[[], _T]) -> _T:
        self.check_stop()
        # The engine's event loop copies this thread's context into every task of the run, so the
        # observer that is set here is the one that a log record of the run finds.
        with led_to(self._observer):
            try:
                return library_call()
            except Exception as error:
                if self._stop.is_set():
                    raise Stopped from error
                raise
            finally:
                self._close_connections()

    def _close_connections(self) -> None:
        """Close the HTTP clients, which the library leaves open at the end of a run."""
        if self._registry is None or not self._registry.models:
            return
        from data_designer.engine.dataset_builders.utils.async_concurrency import ensure_async_engine_loop

        asyncio.run_coroutine_threadsafe(self._registry.aclose(), ensure_async_engine_loop())

    async def _stoppable(self, work: Coroutine[Any, Any, None]) -> None:
        with self._cancelled_by_stop():
            if self._stop.is_set():
                work.close()
                raise asyncio.CancelledError
            await work

    @contextmanager
    def _cancelled_by_stop(self) -> Iterator[None]:
        """Have `stop` cancel the present task of the engine's loop while the block runs."""
        task = asyncio.current_task()
        if task is None or task in self._tasks:  # a block around this one has it
            yield
            return
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    def _watched_request(self, model: Model, request: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(request)
        async def watched(*args: Any, **kwargs: Any) -> Any:
            if self._stop.is_set():
                raise asyncio.CancelledError
            self._observer.asked(model)
            started = time.monotonic()
            error: BaseException | None = None
            try:
                # 0.7.0 makes requests of custom columns in tasks that it does not cancel itself.
                with self._cancelled_by_stop():
                    return await request(*args, **kwargs)
            except BaseException as raised:
                error = raised
                raise
            finally:
                self._observer.answered(model, time.monotonic() - started, error)
                if not kwargs.get("skip_usage_tracking") and (error is None or isinstance(error, Exception)):
                    requests, failed = self._requests.get(model.alias, (0, 0))
                    self._requests[model.alias] = (requests + 1, failed + (error is not None))

        return watched

    def _watch_scheduler(self, scheduler: Any, buffers: Any) -> None:
        self._scheduler = scheduler
        run, drop_row, checkpoint = scheduler.run, scheduler._drop_row, buffers.checkpoint_row_group

        async def run_watched() -> None:
            await self._stoppable(run())

        def drop_row_watched(row_group: int, row: int, *, exclude_columns: set[str] | None = None) -> None:
            if not buffers.is_dropped(row_group, row):
                self._observer.dropped(next(iter(exclude_columns or ()), None), row_group, row)
            drop_row(row_group, row, exclude_columns=exclude_columns)

        def checkpoint_watched(row_group: int, *args: Any, **kwargs: Any) -> None:
            self._observer.finishing(row_group)
            checkpoint(row_group, *args, **kwargs)

        scheduler.run = run_watched
        scheduler._drop_row = drop_row_watched
        buffers.checkpoint_row_group = checkpoint_watched
        for name in ("_run_cell", "_run_batch", "_run_from_scratch"):
            setattr(scheduler, name, self._watched_task(scheduler, getattr(scheduler, name)))

    def _watched_task(self, scheduler: Any, run_task: Callable[..., Any]) -> Callable[..., Any]:
        columns_of: dict[int, list[str]] = scheduler._gen_instance_to_columns

        @functools.wraps(run_task)
        async def watched(task: Any, generator: Any, **options: Any) -> Any:
            started = time.monotonic()
            try:
                result = await run_task(task, generator, **options)
            except Exception as error:
                self._observer.failed(task.column, task.row_group, task.row_index, error)
                raise
            columns = columns_of.get(id(generator), [task.column])
            self._observer.made(columns, task.row_group, task.row_index, time.monotonic() - started)
            return result

        return watched


def _model(facade: Any) -> Model:
    return Model(
        alias=facade.model_alias,
        name=facade.model_name,
        provider=facade.model_provider_name,
        endpoint=facade.model_provider.endpoint,
    )


def _columns(configs: Iterable[Any]) -> tuple[Column, ...]:
    columns = [
        Column(
            name=config.name,
            type=str(config.column_type),
            aliases=tuple(config.get_model_aliases()),
            side_effects=tuple(config.side_effect_columns),
            kept=not config.drop,
        )
        for config in configs
        if config.name != INTERNAL_ROW_ID
    ]
    # The compiler puts what the seed brings behind the other columns; a reader expects it in front.
    return tuple(sorted(columns, key=lambda column: column.type != "seed-dataset"))
