"""A report in a notebook: looked up anew, and moved, from its view."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.display.migration_view import USUAL_NAME
from dd_jupyter.display.words import USUAL_SOURCE

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.resources.migration.migration import Migration
    from dd_jupyter.resources.report import ResolutionReport

_NO_NAME = re.compile(r"\W+", re.ASCII)
_NUMBERED = re.compile(rf"_{USUAL_NAME}(?:_\d+)?\Z")


def report_bundle_of(
    report: ResolutionReport,
    builder: DataDesignerConfigBuilder,
    *,
    check: Callable[[DataDesignerConfigBuilder], ResolutionReport],
    plan: Callable[..., Migration],
    namespace: MutableMapping[str, Any],
    name: str,
    source: str | None,
) -> dict[str, Any]:
    """What a magic shows of a report: where widgets are drawn, one in which resources can be moved.

    Args:
        report: What was found.
        builder: The configuration that it is about.
        check: Looks everything up that a configuration depends on.
        plan: Plans moves of a configuration, as `dd_jupyter.migrate` does.
        namespace: The variables of the notebook.
        name: The variable that is to hold the report; "" without one.
        source: The configuration as it was named with ``-c``; None for that of the cell.
    """
    from dd_jupyter.display import front_end
    from dd_jupyter.display.bundle import report_bundle
    from dd_jupyter.display.report_view import report_view

    view = report_view(report, name, source or USUAL_SOURCE)
    if not front_end.has_a_kernel():
        return dict(report_bundle(view))
    from dd_jupyter.display.saved import answers_of_report
    from dd_jupyter.display.widgets.report_widget import ReportActs, ReportWidget

    moved = MovedVariable(namespace, source)
    last = report

    def check_again(builder: DataDesignerConfigBuilder) -> ResolutionReport:
        """The variable follows what is shown, unless the person has put something else there."""
        nonlocal last
        found = check(builder)
        if name and namespace.get(name) is last:
            namespace[name] = found
        last = found
        return found

    acts = ReportActs(
        check=check_again,
        plan=lambda builder, to, rows: plan(builder, to=to, only=rows),
        variable=lambda: moved.name,
        keep=moved.keep,
    )
    widget = ReportWidget(report, builder, acts, name, source or USUAL_SOURCE)
    return widget.bundle_with(report_bundle(view), answers_of_report(view))


class MovedVariable:
    """The variable for a configuration that was moved: one that holds nothing, or the one moved before."""

    def __init__(self, namespace: MutableMapping[str, Any], source: str | None) -> None:
        """Choose the name after the configuration's: ``reviews`` becomes ``reviews_moved``.

        Args:
            namespace: The variables of the notebook.
            source: The configuration as it was named with ``-c``; None for that of the cell.
        """
        self._namespace = namespace
        self._stem = _stem(source)
        self._kept: tuple[str, Any] | None = None

    @property
    def name(self) -> str:
        """Which one it is now."""
        if self._kept is not None and self._is_ours(self._kept[0]):
            return self._kept[0]
        number, name = 1, self._stem
        while name in self._namespace:
            number, name = number + 1, f"{self._stem}_{number + 1}"
        return name

    def keep(self, builder: DataDesignerConfigBuilder) -> str:
        """Put a configuration there, and say where."""
        name = self.name
        self._namespace[name] = builder
        self._kept = (name, builder)
        return name

    def _is_ours(self, name: str) -> bool:
        return self._kept is not None and self._namespace.get(name) is self._kept[1]


def _stem(source: str | None) -> str:
    if source is None:
        return USUAL_NAME
    plain = _NO_NAME.sub("_", source if source.isidentifier() else Path(source).stem).strip("_")
    stem = f"{_NUMBERED.sub('', plain)}_{USUAL_NAME}".lstrip("_")
    return stem if stem.isidentifier() else USUAL_NAME
