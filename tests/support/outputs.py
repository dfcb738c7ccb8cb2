"""What cells show, gathered from a kernel's messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Bundle = dict[str, Any]
Message = dict[str, Any]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outputs:
    """Everything that came from one source, as a person would see it now.

    Attributes:
        displays: Mimebundles in the order of their first appearance, the result of the cell included. An
            update replaces the content of the bundles with its display id, whichever cell showed them;
            of a kernel's late outputs it is one more.
        result: The mimebundle of the last expression of a cell; None if there was none.
        comms: Contents of `comm_open`, `comm_msg` and `comm_close`, with the message's name as `msg_type`.
    """

    stdout: str = ""
    stderr: str = ""
    displays: list[Bundle] = field(default_factory=list)
    result: Bundle | None = None
    comms: list[Bundle] = field(default_factory=list)
    clear_asked: bool = field(default=False, repr=False)

    def shown(self, mimetype: str = "text/plain") -> Any:
        """What was last shown with this mimetype: a text, or the decoded object of a JSON type.

        Raises:
            LookupError: Nothing was.
        """
        for bundle in reversed(self.displays):
            if mimetype in bundle:
                return bundle[mimetype]
        raise LookupError(f"Nothing was shown as {mimetype}; there is {[sorted(each) for each in self.displays]}.")

    def clear_if_asked(self) -> None:
        """Empty the output area, if `clear_output` was called and has not come into effect."""
        if self.clear_asked:
            self.clear_asked = False
            self.stdout = self.stderr = ""
            self.displays.clear()


@dataclass
class Outcome(Outputs):
    """What became of a cell.

    Attributes:
        status: `aborted` if an earlier cell failed while this one was waiting its turn.
        traceback: Lines as the kernel sent them, with their colours.
        payload: What the kernel asks the front end to do besides, such as to show help in a pager.
    """

    status: Literal["pending", "ok", "error", "aborted"] = "pending"
    ename: str = ""
    evalue: str = ""
    traceback: list[str] = field(default_factory=list)
    payload: list[Bundle] = field(default_factory=list)

    @property
    def error(self) -> str:
        """What the error looks like to a person, without its colours."""
        return COLOURS.sub("", "\n".join(self.traceback))


class Displays:
    """Sorts messages into outputs and keeps displays up to date, for the life of a kernel."""

    def __init__(self) -> None:
        self._by_id: dict[str, list[Bundle]] = {}

    def take(self, message: Message, outputs: Outputs) -> None:
        """Add what a message shows to the outputs that it belongs to."""
        kind, content = message["msg_type"], message["content"]
        if kind in ("stream", "display_data", "execute_result", "error"):
            outputs.clear_if_asked()
        match kind:
            case "stream" if content["name"] == "stdout":
                outputs.stdout += content["text"]
            case "stream":
                outputs.stderr += content["text"]
            case "display_data":
                self._show(content, outputs)
            case "execute_result":
                outputs.result = self._show(content, outputs)
            case "update_display_data":
                self._update(content)
                if not isinstance(outputs, Outcome):
                    outputs.displays.append(dict(content["data"]))
            case "clear_output":
                outputs.clear_asked = True
                if not content.get("wait"):
                    outputs.clear_if_asked()
            case "comm_open" | "comm_msg" | "comm_close":
                outputs.comms.append({"msg_type": kind, **content})
            case "error" if isinstance(outputs, Outcome):
                outputs.ename, outputs.evalue = content["ename"], content["evalue"]
                outputs.traceback = content["traceback"]

    def _show(self, content: Bundle, outputs: Outputs) -> Bundle:
        bundle = dict(content["data"])
        outputs.displays.append(bundle)
        if name := content.get("transient", {}).get("display_id"):
            self._by_id.setdefault(name, []).append(bundle)
        return bundle

    def _update(self, content: Bundle) -> None:
        for bundle in self._by_id.get(content["transient"]["display_id"], []):
            bundle.clear()
            bundle.update(content["data"])
