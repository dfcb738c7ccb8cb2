"""What the package offers is there, says what it does, and costs nothing before it is used."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import dd_jupyter

HEAVY = ("pandas", "numpy", "pyarrow", "data_designer", "pydantic", "jinja2", "IPython", "ipywidgets", "anywidget")


def modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.walk_packages(dd_jupyter.__path__, "dd_jupyter.")]
    return [dd_jupyter, *(importlib.import_module(name) for name in names)]


def public(owner: Any, module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What is public in a module, and in its public classes, with its name there."""
    for name, value in vars(owner).items():
        if name.startswith("_"):
            continue
        function = inspect.unwrap(value.fget if isinstance(value, property) else getattr(value, "__func__", value))
        if getattr(function, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            yield f"{module.__name__}.{value.__qualname__}", value
            yield from public(value, module)
        elif inspect.isfunction(function) and "<locals>" not in function.__qualname__:
            yield f"{module.__name__}.{function.__qualname__}", function


@pytest.mark.parametrize("name", dd_jupyter.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    assert getattr(dd_jupyter, name).__name__ == name
    assert name in dir(dd_jupyter)


def test_the_public_names_are_those_that_have_a_home() -> None:
    assert sorted(dd_jupyter.__all__) == sorted(dd_jupyter._HOMES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = dd_jupyter.nonsense


def test_every_module_says_what_it_is_for() -> None:
    assert [module.__name__ for module in modules() if not (module.__doc__ or "").strip()] == []


def test_every_public_function_and_class_says_what_it_does() -> None:
    # What a protocol's listeners hear is told once, in the class.
    told_elsewhere = ("Observer.", "Watcher.", "Resolver.resolve", "Planned.")

    silent = [
        name
        for module in modules()
        for name, value in public(module, module)
        if not (value.__doc__ or "").strip() and not any(part in name for part in told_elsewhere)
    ]

    assert silent == []


@pytest.mark.parametrize("name", ["dd_preview", "dd_create"])
def test_a_magic_has_help_with_all_its_options(name: str) -> None:
    from dd_jupyter.magics import DataDesigner

    shell = InteractiveShell()
    magic = getattr(DataDesigner(shell), name)

    text = magic.__doc__

    assert f"%{name}" in text
    for action in magic.parser._actions:
        assert action.help
        assert all(option in text for option in action.option_strings)


@pytest.mark.parametrize("code", ["import dd_jupyter", "from dd_jupyter import ConfigError, RunError"])
def test_importing_the_package_imports_nothing_heavy(code: str) -> None:
    ask = f"import sys; {code}; print([name for name in {HEAVY!r} if name in sys.modules])"

    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"


def test_loading_the_extension_imports_nothing_heavy_before_it_returns() -> None:
    # Without its thread, which imports all of this on purpose.
    ask = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\nshell = InteractiveShell()\n"
        "from dd_jupyter import extension\nextension._warm_up = lambda: None\nextension.load(shell)\n"
        f"print([name for name in {HEAVY[:6]!r} if name in sys.modules])"
    )

    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert answer.stdout.strip().splitlines()[-1] == "[]"
