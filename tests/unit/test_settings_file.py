"""A provider is added to settings that a person wrote by hand, and everything else stays as it was."""

from __future__ import annotations

import itertools
import json
import os
import stat
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_jupyter.errors import ResourceError
from dd_jupyter.resources.migration import settings_file
from dd_jupyter.resources.migration.settings_file import add_to_file, add_to_text

NEW = {
    "name": "echo",
    "endpoint": "http://127.0.0.1:9/v1",
    "provider_type": "openai",
    "api_key": "ECHO_API_KEY",
    "extra_headers": {"x-team": "größe: #1"},
}
KEY = "nvapi-key-in-the-settings-0123456789"

BY_HAND = """\
# Mine. Do not touch!
providers:
  - name: nvidia      # the good one
    endpoint: "https://integrate.api.nvidia.com/v1"
    api_key: NVIDIA_API_KEY

  - name: local
    endpoint: 'http://localhost:8000/v1'
    # api_key: LATER
# the end
"""

FORMS = {
    "by hand": BY_HAND,
    "as the library writes it": "providers:\n- name: a\n  endpoint: e\n  api_key: K\n  extra_body: null\n",
    "without a last line end": "providers:\n- name: a\n  endpoint: e",
    "a comment without a last line end": "providers:\n- name: a\n  endpoint: e # here",
    "wide dashes": "providers:\n    -   name: a\n        endpoint: e\n",
    "the dash alone": "providers:\n  -\n    name: a\n    endpoint: e\n",
    "more keys behind": "version: 1\nproviders:\n- {name: a, endpoint: e}\nother:\n  - 1\n",
    "Windows lines": "providers:\r\n  - name: a\r\n    endpoint: e\r\n# end\r\n",
    "a byte order mark": "\ufeffproviders:\n- name: a\n  endpoint: e\n",
    "document markers": "---\nproviders:\n- name: a\n  endpoint: e\n...\n",
    "a nested end": "providers:\n- name: a\n  endpoint: e\n  extra_body:\n    deep:\n    - 1\n    - x: 2\n\n\n# end\n",
    "an empty value at the end": "providers:\n- name: a\n  endpoint: e\n  extra_body:\n",
    "a block of text at the end": "providers:\n- name: a\n  endpoint: |\n    e\n# end\nx: 1\n",
    "a folded text at the end": "providers:\n- name: a\n  endpoint: >-\n    e\n    f\n",
    "a quoted text of two lines": 'providers:\n- name: a\n  endpoint: "e\n    f"\n',
    "an anchor": "base: &b {endpoint: e}\nproviders:\n- <<: *b\n  name: a\n",
    "JSON": json.dumps({"providers": [{"name": "a", "endpoint": "e"}], "x": 1}),
    "JSON on lines": json.dumps({"providers": [{"name": "a", "endpoint": "e"}]}, indent=2),
    "brackets": "providers: [{name: a, endpoint: e}]  # one\n",
    "brackets with a comma at the end": "providers: [\n  {name: a, endpoint: e},  # one\n]\n",
    "empty brackets": "providers: []  # none\n",
    "no list yet": "# nothing\nversion: 1\n",
}

ODD = {
    "a block of text that ends with the file": "providers:\n- name: a\n  endpoint: |\n    e",
    "nothing": "",
    "a list": "- name: a\n",
    "no YAML": f"providers: [\n  api_key: {KEY}\n",
    "a list without items": "providers:\n",
    "a mapping": "providers:\n  a: {endpoint: e}\n",
    "two documents": "providers: []\n---\nproviders: []\n",
    "a list that is used twice": "providers: &p\n  - name: a\n    endpoint: e\nagain: *p\n",
    "the last item is another's": "a: &a {name: a}\nproviders:\n  - {name: b}\n  - *a\nx: 1\n",
    "braces around all, and no list": "{version: 1}\n",
}


VALUES = [
    ["plain text"],
    ["'quoted: #'  # why"],
    [""],
    ["{a: 1, b: [2, 3]}"],
    ["", "  deep:", "    - 1", "    - x"],
    ["|", "  text", "  # no comment"],
    [">-", "  text", "", "  more"],
    ['"two', '  lines"'],
    ["1", "# a comment"],
]


@st.composite
def files(draw: st.DrawFn) -> str:
    """Settings in blocks, as people write them."""
    indent, gap = draw(st.sampled_from(["", "  ", "    "])), draw(st.sampled_from([" ", "   "]))
    keys = iter(itertools.count())
    lines = draw(st.sampled_from([[], ["# mine"], ["---"], ["version: 1", ""]]))
    lines = [*lines, "providers:" + draw(st.sampled_from(["", "  # all"]))]
    for values in draw(st.lists(st.lists(st.sampled_from(VALUES), max_size=3), min_size=1, max_size=3)):
        body = [line for first, *more in values for line in (f"k{next(keys)}: {first}".rstrip(), *more)]
        lines += [f"{indent}-{gap}name: p{next(keys)}", *(f"{indent} {gap}{line}" for line in body)]
        lines += draw(st.sampled_from([[], [""], [f"{indent} {gap}# below"], ["# at the side"]]))
    lines += draw(st.sampled_from([[], ["", "# end"], ["more: [1]"], ["..."]]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(lines)
    # A literal block without a line end cannot be gone on behind without having one: another value.
    return text + (newline if "|" in text else draw(st.sampled_from(["", newline])))


@pytest.mark.parametrize("form", FORMS)
def test_every_character_stays_and_the_provider_is_the_last(form: str) -> None:
    text = FORMS[form]

    now = add_to_text(text, NEW)

    before = yaml.safe_load(text)
    expected = [*before.get("providers", []), NEW]
    assert yaml.safe_load(now)["providers"] == expected
    assert _is_insertion(text, now)


@pytest.mark.parametrize("form", FORMS)
def test_a_second_one_comes_behind_the_first(form: str) -> None:
    other = {"name": "other", "endpoint": "f"}

    now = add_to_text(add_to_text(FORMS[form], NEW), other)

    assert yaml.safe_load(now)["providers"][-2:] == [NEW, other]


def test_it_looks_as_the_others_do() -> None:
    assert add_to_text(BY_HAND, {"name": "echo", "endpoint": "e"}) == BY_HAND.replace(
        "    # api_key: LATER\n", "    # api_key: LATER\n  - name: echo\n    endpoint: e\n"
    )


def test_json_stays_json() -> None:
    for form in ("JSON", "JSON on lines"):
        assert json.loads(add_to_text(FORMS[form], NEW))["providers"][-1] == NEW


@pytest.mark.parametrize("form", ODD)
def test_a_form_that_is_not_known_is_left_alone(form: str, tmp_path: Path) -> None:
    file = tmp_path / "model_providers.yaml"
    file.write_text(ODD[form])

    with pytest.raises(ResourceError, match=r"`echo` cannot be added to .* The file is as it was") as raised:
        add_to_file(file, NEW)

    assert file.read_text() == ODD[form]
    assert list(tmp_path.iterdir()) == [file]
    shown = [raised.value, raised.value.__context__, raised.value.__cause__]
    assert not any(KEY in repr(error) or KEY in str(vars(error)) for error in shown if error is not None)


@settings(max_examples=300, deadline=None)
@given(text=files())
def test_any_mixture_of_forms_is_added_to(text: str) -> None:
    now = add_to_text(text, NEW)

    assert _is_insertion(text, now)
    before = yaml.safe_load(text)
    assert yaml.safe_load(now) == {**before, "providers": [*before["providers"], NEW]}


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="providers:-[]{}#&*|>'\"\n\t ax", max_size=60))
def test_any_text_is_added_to_or_left_alone(text: str) -> None:
    try:
        now = add_to_text(text, NEW)
    except ResourceError:
        return
    assert _is_insertion(text, now)
    before = yaml.safe_load(text)
    assert yaml.safe_load(now) == {**before, "providers": [*(before.get("providers") or ()), NEW]}


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "providers.yaml"
    real.parent.mkdir()
    real.write_text(BY_HAND)
    real.chmod(0o640)
    link = tmp_path / "model_providers.yaml"
    link.symlink_to(real)

    add_to_file(link, NEW)

    assert link.is_symlink() and link.resolve() == real
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert yaml.safe_load(real.read_text())["providers"][-1] == NEW
    assert list(real.parent.iterdir()) == [real]


def test_a_file_that_somebody_writes_meanwhile_is_left_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "model_providers.yaml"
    file.write_text(BY_HAND)
    add = settings_file.add_to_text

    def slowly(text: str, provider: dict[str, object]) -> str:
        file.write_text("providers: []  # theirs\n")
        return add(text, provider)

    monkeypatch.setattr(settings_file, "add_to_text", slowly)
    with pytest.raises(ResourceError, match="somebody else is writing it"):
        add_to_file(file, NEW)

    assert file.read_text() == "providers: []  # theirs\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "model_providers.yaml"
    file.write_bytes(b"providers:\n- name: \xff\xfe\n")

    with pytest.raises(ResourceError, match="it is no UTF-8"):
        add_to_file(file, NEW)


def test_a_failure_while_writing_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "model_providers.yaml"
    file.write_text(BY_HAND)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResourceError, match="No space left on device"):
        add_to_file(file, NEW)

    assert file.read_text() == BY_HAND and list(tmp_path.iterdir()) == [file]


def _is_insertion(before: str, now: str) -> bool:
    """Whether `now` is `before` with one piece of text put in."""
    start = next((i for i, pair in enumerate(zip(before, now, strict=False)) if len(set(pair)) > 1), len(before))
    return now.endswith(before[start:]) and len(now) > len(before)
