"""The live view of a run that goes on in the background."""

from __future__ import annotations

import logging
import threading
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from dd_jupyter.display import words
from dd_jupyter.errors import DDJupyterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dd_jupyter.display.view_model import RunView

LIVE_FIELDS = frozenset(
    {
        "title",
        "name",
        "where",
        "state",
        "status",
        "stop",
        "step",
        "elapsed_seconds",
        "notices",
        "progress",
        "failed_records",
        "facts",
    }
)
"""What of a `RunView` the browser is told: saved notebooks keep it, so no record, profile or log line is in it."""

TAIL_LINES = 12
"""The newest lines of a job's log that the browser is told: more than are in sight at once."""

TAIL_CHARACTERS = 300
"""A longer line is cut: the tail says that something happens, the log has it whole."""

_STATIC = Path(__file__).parent.parent / "static"
_log = logging.getLogger(__name__)


class RunWidget(anywidget.AnyWidget):
    """A run that can be watched and stopped while other cells are worked on.

    The browser holds a small part of the view and asks for nothing but to stop the run and, of a job, for
    the end of its log. That is sent as messages, which no notebook keeps. Where no widget can be drawn, in a
    saved notebook for one, the view stands as static HTML or as text.
    """

    live = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, view: RunView, cancel: Callable[[], None]) -> None:
        """Show a run.

        Args:
            view: How it stands now.
            cancel: Asks the run to stop; is called in a thread of its own, as NeMo Services may take long to
                answer. A `DDJupyterError` that it raises is shown to the person.
        """
        # Anywidget sends these once, with the widget; as attributes they would be read at import.
        self.add_traits(_esm=_bundle("widget.js"), _css=_bundle("widget.css"))
        self._cancel = cancel
        self._view = view
        self._showing = threading.Lock()
        # ipykernel 7.0 can send from a thread only in the context of the cell that it belongs to.
        self._context = copy_context()
        super().__init__()
        self.set_trait("live", _live(view))
        self.on_msg(self._answer)
        self._hear_clicks_during_cells()

    def show(self, view: RunView) -> None:
        """Show how the run stands now; may be called from any thread.

        Call it a few times a second at most, and while the run goes on at least every five seconds:
        the browser takes ten seconds of silence as a sign that the kernel may be gone.
        """
        with self._showing:
            news = _tail(view) != _tail(self._view)
            self._view = view
            self._context.copy().run(self.set_trait, "live", _live(view))
            if news:
                self._tell({"log": _tail(view)})

    def __repr__(self) -> str:
        return f"<RunWidget {self._view.title} {self._view.name}>".replace(" >", ">")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        from dd_jupyter.display.html import to_html
        from dd_jupyter.display.text import to_text

        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": to_html(self._view), "text/plain": to_text(self._view)}, metadata

    def _answer(self, _widget: object, message: object, _buffers: object) -> None:
        """Answer one request of the browser. Runs on the main thread or on a subshell's."""
        if not isinstance(message, dict) or not isinstance(request := message.get("request"), str):
            _log.debug("Ignored a message that is no request")
            return
        match message.get("op"):
            case "cancel":
                threading.Thread(target=self._stop, args=(request,), name="dd_jupyter-cancel", daemon=True).start()
            case "log":
                self._tell({"request": request, "ok": True, "log": _tail(self._view)})
            case _:
                refusal = "This view can be asked to `cancel` and for its `log`, and nothing else."
                self._tell({"request": request, "error": refusal})

    def _stop(self, request: str) -> None:
        reply: dict[str, object] = {"ok": True}
        try:
            self._cancel()
        except DDJupyterError as error:
            reply = {"error": str(error)}
        except Exception as error:
            reply = {"error": f"It could not be stopped ({type(error).__name__}). {_way_on(self._view)}"}
            _log.exception("Cancelling failed")
        self._tell({"request": request, **reply})

    def _tell(self, message: dict[str, object]) -> None:
        """Send a message, from any thread.

        No message has an `id`: ipykernel 7.4 keeps every `id` it sends until a reply with the same one comes.
        """
        self._context.copy().run(self.send, message)

    def _hear_clicks_during_cells(self) -> None:
        """Let messages of this widget be handled while a cell runs.

        JupyterLab sends them to a subshell for that, but ipykernel 7.4 puts them back to the shell
        that made the widget, where they wait for the cell to end. The hook it does so by is private,
        hence looked for first; without it, the subshell that the message names is used.
        """
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = None


def _live(view: RunView) -> dict[str, Any]:
    return view.model_dump(mode="json", include=set(LIVE_FIELDS))


def _tail(view: RunView) -> list[dict[str, str]]:
    """The newest lines of a job's log; none of a run in this kernel, whose progress says the same."""
    if view.status is None:
        return []
    return [{"time": line.time, "level": line.level, "text": _beginning(line.text)} for line in view.log[-TAIL_LINES:]]


def _beginning(text: str) -> str:
    kept = words.printable(text[:TAIL_CHARACTERS])
    return f"{kept}…" if len(text) > TAIL_CHARACTERS else kept


def _way_on(view: RunView) -> str:
    if view.status is None:
        return "Restarting the kernel ends it."
    return f"`%dd_cancel {view.name}` asks again."


def _bundle(name: str) -> traitlets.Unicode[str, str | bytes]:
    try:
        return traitlets.Unicode((_STATIC / name).read_text(encoding="utf-8")).tag(sync=True)
    except FileNotFoundError as error:
        raise DDJupyterError(
            f"The browser code of this checkout was not built: `dd_jupyter/static/{name}` is missing. Run `make build`."
        ) from error
