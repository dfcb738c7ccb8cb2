"""A view in the browser, and its conversation with the kernel."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import Any, Generic, TypeVar, cast

import anywidget
import traitlets
from pydantic import ValidationError

from dd_jupyter.display import front_end
from dd_jupyter.display.answers.answer import Answer
from dd_jupyter.display.answers.awaiting import ForgottenError, answer_until
from dd_jupyter.display.requests.closed_set import parsed
from dd_jupyter.display.requests.request import Code, Forget, Hello, Request
from dd_jupyter.display.saved_model import MIME_TYPE, SavedAnswers, SavedView
from dd_jupyter.display.view_parts import View
from dd_jupyter.display.widgets import code
from dd_jupyter.errors import DDJupyterError

_log = logging.getLogger(__name__)

_Live = TypeVar("_Live", bound=View)


class ViewWidget(anywidget.AnyWidget, Generic[_Live]):
    """A view that the browser draws, kept up to date from any thread.

    Of what it shows, only names, counts and states are a trait, which a notebook may keep. Records, logs and
    reports are asked for and answered as messages, which no notebook keeps.

    Attributes:
        heard: Whether a browser has said that it draws the view.
    """

    live = traitlets.Dict(read_only=True).tag(sync=True)
    code = traitlets.Unicode(read_only=True).tag(sync=True)
    fingerprint = traitlets.Unicode(read_only=True).tag(sync=True)
    key = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(
        self,
        live: _Live,
        answers: Mapping[type[Request], Answer],
        static: Callable[[], dict[str, str]],
        saved: Callable[[], SavedAnswers] | None = None,
        on_hello: Callable[[], None] = lambda: None,
    ) -> None:
        """Show a view.

        Args:
            live: How it stands now.
            answers: What answers each request that concerns this view. A `DDJupyterError` that it raises is
                shown to the person.
            static: Gives the same as static HTML and as text, for where no widget is drawn.
            saved: Gives what an output keeps of the answers, for where there is no kernel any more; None for a view
                that is of no use then.
            on_hello: Is called, in a thread, whenever a browser says that it is about to draw the view, or has.
        """
        self.add_traits(_esm=traitlets.Unicode(code.read(code.LOADER)).tag(sync=True))
        self.heard = False
        self._live = live
        self._answers = answers
        self._static = static
        self._saved = saved
        self._on_hello = on_hello
        self._showing = threading.Lock()
        self._awaited: dict[str, threading.Event] = {}
        # ipykernel 7.0 can send from a thread only in the context of the cell that it belongs to.
        self._context = copy_context()
        # Before the widget is opened, since the browser looks at them at once. The code is sent when a browser
        # asks for it: where there is none, a notebook would keep it. Or else when the output will be drawn by it.
        if front_end.needs_widget_output():
            self.set_trait("code", code.shared().model_id)
        self.set_trait("fingerprint", code.fingerprint())
        self.set_trait("key", uuid.uuid4().hex)
        self.set_trait("live", live.to_wire())
        super().__init__()
        self.on_msg(self._hear)
        self._hear_clicks_during_cells()

    def show(self, live: _Live) -> None:
        """Show how it stands now; may be called from any thread.

        Call it ten times a second at most, and while a run goes on at least every five seconds: the browser
        takes ten seconds of silence as a sign that the kernel may be gone.
        """
        with self._showing:
            self._live = live
            self._context.copy().run(self.set_trait, "live", live.to_wire())

    def tell(self, told: View) -> None:
        """Tell the browser something that it has not asked for; may be called from any thread."""
        self._post(told.to_wire())

    def bundle_with(self, static: Mapping[str, str], saved: SavedAnswers | None) -> dict[str, Any]:
        """The mimebundle of an output in which this view takes the place of `static`, or of what is saved of it."""
        marked: dict[str, Any] = {
            **static,
            "text/html": f'<div data-ddj-view="{self.key}">{static["text/html"]}</div>',
        }
        if saved is not None:
            marked[MIME_TYPE] = SavedView(key=self.key, live=cast("Any", self._live), answers=saved).to_wire()
        if not front_end.needs_widget_output():
            return marked
        data = super()._repr_mimebundle_()
        return {**(data[0] if data is not None else {}), **marked}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self._live, 'title', '')}>".replace(" >", ">")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        return self.bundle_with(self._static(), None if self._saved is None else self._saved()), {}

    def _hear(self, _widget: object, message: object, _buffers: object) -> None:
        """Take one message of the browser. Runs on the main thread or on a subshell's, hence only begins the work."""
        if not isinstance(message, dict) or not isinstance(name := message.get("request"), str):
            _log.debug("Ignored a message that is no request")
            return
        try:
            request = parsed(message.get("ask"))
        except ValidationError as error:
            first = error.errors()[0]
            self._post({"request": name, "error": f"The view asked for something odd: {first['msg']}."})
            return
        except ValueError as error:
            self._post({"request": name, "error": str(error)})
            return
        if isinstance(request, Forget):
            if (awaited := self._awaited.get(request.forgotten)) is not None:
                awaited.set()
            return
        forgotten = self._awaited[name] = threading.Event()
        threading.Thread(
            target=self._answer,
            args=(name, request, forgotten),
            name=f"dd_jupyter-{type(request).__name__}",
            daemon=True,
        ).start()

    def _answer(self, name: str, request: Request, forgotten: threading.Event) -> None:
        try:
            if isinstance(request, Hello | Code):
                if isinstance(request, Code) and not self.code:
                    self._context.copy().run(self.set_trait, "code", code.shared().model_id)
                self.heard = True
                self._on_hello()
                self._post({"request": name, "reply": None})
                return
            answer = self._answers.get(type(request))
            if answer is None:
                raise DDJupyterError("This view cannot be asked for that.")
            if not forgotten.is_set():
                answer_until(forgotten)
                reply = answer(request)
                if not forgotten.is_set():
                    self._post({"request": name, "reply": None if reply is None else reply.to_wire()})
        except ForgottenError:
            _log.debug("Gave up an answer that nobody waits for")
        except DDJupyterError as error:
            self._post({"request": name, "error": str(error)})
        except Exception as error:
            _log.exception("A view could not be answered")
            self._post({"request": name, "error": f"That went wrong ({type(error).__name__}); the log has more."})
        finally:
            self._awaited.pop(name, None)

    def _post(self, message: dict[str, Any]) -> None:
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
