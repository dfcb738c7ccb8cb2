"""What a magic shows beside views: sentences, and an output whose content is replaced."""

from __future__ import annotations

from collections.abc import Callable

from IPython.display import display


class Sentence:
    """Text that shows itself without quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Output:
    """One output whose content is replaced as things go on."""

    def __init__(self) -> None:
        self._update: Callable[[object], object] | None = None

    def tell(self, sentence: str) -> None:
        """Show what goes on."""
        self.show(Sentence(f"{sentence} …"))

    def show(self, content: object) -> None:
        """Show something in place of what was shown before."""
        if self._update is None:
            handle = display(content, display_id=True)
            self._update = handle.update if handle is not None else display
        else:
            self._update(content)
