"""What a magic shows beside runs: sentences, and an output whose content is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from IPython.display import DisplayHandle


class Sentence:
    """Text that shows itself without quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Output:
    """One output whose content is replaced as things go on."""

    def __init__(self) -> None:
        self._handle = DisplayHandle()
        self._shown = False

    def tell(self, sentence: str) -> None:
        """Show what goes on."""
        self.show(Sentence(f"{sentence} …"))

    def show(self, content: object) -> None:
        """Show something in place of what was shown before."""
        self._put(content)

    def draw(self, picture: Mapping[str, Any]) -> None:
        """The same, of a mimebundle."""
        self._put(picture, raw=True)

    def _put(self, content: object, **how: bool) -> None:
        if self._shown:
            self._handle.update(content, **how)
        else:
            self._handle.display(content, **how)
        self._shown = True
