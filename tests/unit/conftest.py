"""What unit tests of views share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[CapturingDisplayPublisher]:
    """A shell of this process that keeps what is displayed."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    monkeypatch.setattr(InteractiveShell, "initialized", classmethod(lambda _: True))
    shell.display_pub = CapturingDisplayPublisher()
    yield shell.display_pub
    shell.restore_sys_module_state()
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()
