"""The other end of a submit form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dd_jupyter.display.widgets.submit_form import SubmitForm
from tests.support.waiting import wait_until


class FormBrowser:
    """A form in a browser: sends what a person does there, and hears what the kernel says."""

    def __init__(self, form: SubmitForm, monkeypatch: pytest.MonkeyPatch) -> None:
        self.form = form
        self.heard: list[dict[str, Any]] = []
        self._number = 0
        monkeypatch.setattr(form, "send", self.heard.append)

    def sends(self, op: str, **ask: Any) -> Callable[[], dict[str, Any]]:
        """Ask; what is given waits for the answer."""
        self._number += 1
        name = f"r{self._number}"
        self.form._handle_custom_msg({"request": name, "ask": {"op": op, **ask}}, [])

        def answer() -> dict[str, Any]:
            wait_until(lambda: any(message.get("request") == name for message in self.heard), timeout=60)
            return next(message for message in self.heard if message.get("request") == name)

        return answer

    def asks(self, op: str, **ask: Any) -> Any:
        answer = self.sends(op, **ask)()
        assert "error" not in answer, answer["error"]
        return answer["reply"]

    def refused(self, op: str, **ask: Any) -> str:
        return str(self.sends(op, **ask)()["error"])
