"""A page that draws widgets of this very process: our browser code there, our Python here, no Jupyter between."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Frame, Locator, Page, Route

from dd_jupyter.display.widgets.widget import ViewWidget

ADDRESS = "http://views.test"
STATIC = Path(__file__).parents[2] / "dd_jupyter" / "static"
ANSWER_SECONDS = 10

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Views</title>
<link rel="icon" href="data:,">
<style>body { margin: 16px } .output { margin-bottom: 16px; overflow: auto; position: relative }</style>
</head><body><main id="views"></main><script type="module" src="/stage.js"></script></body></html>"""


@dataclass
class Said:
    """What a widget has sent and the page not yet heard."""

    widget: ViewWidget[Any]
    messages: queue.SimpleQueue[dict[str, Any]] = field(default_factory=queue.SimpleQueue)


class Stage:
    """A page for widgets.

    Attributes:
        strayed: Addresses that the page asked for outside of itself; they were not let through.
        complaints: What it wrote to the console as an error, and errors and dialogs of it.
    """

    def __init__(
        self, browser: Browser, *, pages: Mapping[str, str] = MappingProxyType({"/": PAGE}), width: int = 1000
    ) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.strayed: list[str] = []
        self.complaints: list[str] = []
        self._pages = pages
        self._said: dict[str, Said] = {}
        self._numbers = itertools.count(1)
        self._replies: Any = None
        self.page.route("**/*", self._serve)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._refuse)
        self.page.expose_function("toKernel", self._to_kernel)
        self.page.goto(f"{ADDRESS}/")  # which waits for the frames in it too
        self.frame.wait_for_selector("body[data-ready]", state="attached")

    @property
    def frame(self) -> Frame:
        """Where the views are: the page itself, or the frame in it."""
        return self.page.frames[-1]

    def show(self, widget: ViewWidget[Any]) -> Locator:
        """Draw a widget, whose requests are answered by its own Python."""
        name = f"view-{next(self._numbers)}"
        said = self._said[name] = Said(widget)
        widget.send = lambda content, buffers=None: said.messages.put(content)  # type: ignore[method-assign]
        widget.observe(lambda change: said.messages.put({"live": change["new"]}), "live")
        self.frame.evaluate("([name, live]) => stage.show(name, {live})", [name, widget.live])
        return self.frame.locator(f"#{name}")

    def show_filled(self, live: dict[str, Any], replies: dict[str, Any]) -> Locator:
        """Draw a view that gets these answers, by the name of the request."""
        name = f"view-{next(self._numbers)}"
        self.frame.evaluate("([name, live, replies]) => stage.show(name, {live}, replies)", [name, live, replies])
        return self.frame.locator(f"#{name}")

    def deliver(self, view: Locator) -> None:
        """Let the page hear what the widget has sent unasked."""
        name = str(view.get_attribute("id"))
        self.frame.evaluate("([name, said]) => stage.models.get(name).model.take(said)", [name, self._heard(name)])

    def clear(self) -> None:
        """Take all views away."""
        self.frame.evaluate("() => [...stage.models.keys()].forEach(name => stage.remove(name))")
        self._said.clear()

    def settle(self, view: Locator) -> None:
        """Wait until the view stands still."""
        view.evaluate("view => stage.settled(view)")

    def wrong(self, view: Locator) -> list[str]:
        """What in the view could do harm, and what reaches out of its place."""
        return list(view.evaluate("view => [...stage.wrong(view), ...stage.overflowing(view)]"))

    def sweep(self, live: Any, replies: Any, shapes: Iterable[str] | None = None) -> tuple[list[str], set[str]]:
        """Draw a view, open everything in it, and take it away.

        Args:
            live: What it holds.
            replies: What answers it, by the name of the request.
            shapes: All that it may be made of; None for anything.

        Returns:
            What in it could do harm, and what it is made of.
        """
        view = self._named(live, None if replies is self._replies else replies)
        self._replies = replies
        told = self.frame.evaluate(
            "([view, shapes]) => stage.sweep(view, shapes)", [view, None if shapes is None else list(shapes)]
        )
        return told["found"], set(told["seen"])

    def glance(self, views: Iterable[tuple[Any, Any]]) -> list[list[str]]:
        """Draw views one after the other; of each what is wrong with it as it comes, layout too."""
        return list(self.frame.evaluate("views => stage.glance(views)", [self._named(*view) for view in views]))

    def _named(self, live: Any, replies: Any) -> dict[str, Any]:
        return {"name": f"view-{next(self._numbers)}", "live": live, "replies": replies}

    @property
    def harmed(self) -> bool:
        return bool(self.frame.evaluate("() => Boolean(window.harmed || ({}).harmed)"))

    def close(self) -> None:
        self.page.close()

    def _to_kernel(self, name: str, message: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the widget a message and wait for its answer; what else it says meanwhile comes along."""
        said = self._said[name]
        said.widget._handle_custom_msg(message, [])
        if message["ask"]["op"] == "forget":
            return []
        heard = self._heard(name)
        while not any(one.get("request") == message["request"] for one in heard):
            heard.append(said.messages.get(timeout=ANSWER_SECONDS))
        return heard

    def _heard(self, name: str) -> list[dict[str, Any]]:
        said = self._said[name].messages
        heard = []
        while not said.empty():
            heard.append(said.get())
        return heard

    def _serve(self, route: Route) -> None:
        address = route.request.url
        path = address.removeprefix(ADDRESS)
        if address.startswith(("data:", "blob:")):
            route.continue_()
        elif path in self._pages:
            route.fulfill(body=self._pages[path], content_type="text/html")
        elif path == "/stage.js":
            route.fulfill(path=Path(__file__).with_name("stage.js"), content_type="text/javascript")
        elif path == "/widget.js":
            route.fulfill(path=STATIC / path[1:], content_type="text/javascript")
        else:
            self.strayed.append(address)
            route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _refuse(self, dialog: Dialog) -> None:
        self.complaints.append(f"A dialog: {dialog.message}")
        dialog.dismiss()
