"""A run is readable as HTML with no kernel, no JavaScript and no trust in its values."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from dd_jupyter.display.html import panel_to_html, to_html
from dd_jupyter.display.panel import EntryView, JobRowView, MeterView, PanelView
from dd_jupyter.display.view_model import (
    BarView,
    CellView,
    ColumnHeadView,
    ColumnProfileView,
    ColumnProgressView,
    FactView,
    FailureView,
    FieldView,
    LogLineView,
    NoticeView,
    RecordsView,
    RecordView,
    RunView,
    ScoreView,
    StatusView,
    WayOnView,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></details></table><b>out</b>",
    "<!-- ",
    "javascript:alert(1)",
    "data:image/svg+xml;base64,PHN2Zz4=",
    'data:image/png;base64,AAAA" onload="alert(1)',
    "{{ 7 * 7 }}{% include 'run.css' %}",
    "&lt;b&gt;",
    "\u202egnirts desrever",
    "x" * 10_000,
]
PNG = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_element_or_attribute_comes_from_a_value(hostile: str) -> None:
    harmless = Page(to_html(saying("x" * len(hostile))))

    page = Page(to_html(saying(hostile)))

    assert page.structure == harmless.structure
    assert page.texts.count(hostile) == harmless.texts.count("x" * len(hostile))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_element_or_attribute_of_a_panel_comes_from_a_value_either(hostile: str) -> None:
    harmless = Page(panel_to_html(panel_saying("x" * len(hostile))))

    page = Page(panel_to_html(panel_saying(hostile)))

    assert page.structure == harmless.structure
    assert page.texts.count(hostile) == harmless.texts.count("x" * len(hostile))
    assert page.unclosed == []


def test_the_status_of_a_job_stands_in_place_of_the_state_of_a_run() -> None:
    page = Page(to_html(run(status=StatusView(mark="‖", text="Paused", tone="warning"))))

    assert "‖ Paused" in page.text and "Running" not in page.text


def test_control_characters_never_reach_the_page() -> None:
    html = to_html(saying("a\x00b\x1b[31mc\x07\r\x85"))

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)
    assert "ab[31mc" in html


def test_the_page_asks_for_nothing_from_outside() -> None:
    html = to_html(saying("text"))

    page = Page(html)

    assert not {"script", "link", "iframe", "object", "a"} & {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name in ("id", "href")]
    assert not re.search(r"url\(|@import|@font-face", html)


def test_styles_reach_nothing_but_the_run_itself() -> None:
    css = re.sub(r"@media[^{]*\{(.*?\})\}", r"\1", Page(to_html(run())).styles)

    outermost = re.findall(r"(?:^|\})([^{}]+)\{", without_nested(css))

    assert outermost
    assert all(selector.startswith(".ddj-run") for selector in outermost)


def test_the_heading_says_what_runs_where_for_how_long_and_how_it_stands() -> None:
    page = Page(to_html(run(name="reviews", step="Checking model `m`", elapsed_seconds=7)))

    assert page.text.startswith("Preview reviews · run in this kernel · Checking model m · 0:07 · ● Running")


@pytest.mark.parametrize(
    ("state", "words"),
    [("running", "● Running"), ("completed", "✓ Completed"), ("cancelled", "■ Cancelled"), ("failed", "✕ Failed")],
)
def test_the_state_is_a_symbol_and_a_word_and_not_only_a_colour(state: str, words: str) -> None:
    assert words in Page(to_html(run(state=state))).text


def test_a_run_shows_a_sign_of_life_before_anything_was_made() -> None:
    page = Page(to_html(run(step="Starting")))

    assert "Starting" in page.text
    assert "Records appear here as they are made." in page.text


def test_an_error_before_anything_ran_is_all_there_is() -> None:
    sentence = NoticeView(level="error", text="Provider `nvidia2` is unknown.")

    page = Page(to_html(run(state="failed", notices=(sentence,))))

    assert "Error: Provider nvidia2 is unknown." in page.text
    assert "nvidia2" in page.within("code")
    assert not {"table", "details"} & {tag for tag, _ in page.elements}


def test_progress_is_told_in_words_beside_the_bar() -> None:
    column = ColumnProgressView(
        name="review", kind="LLM text", done=3_100, total=5_000, failed=3, rate=12.4, seconds_left=153
    )

    page = Page(to_html(run(progress=(column,))))

    assert "review LLM text 3,100/5,000 12.4/s 2:33 left 3 failed" in page.text
    assert ("i", {"style": "width:61.94%"}) in page.elements
    assert ("s", {"style": "width:0.06%"}) in page.elements


def test_a_bar_stays_a_bar_whatever_its_numbers_are() -> None:
    nonsense = ColumnProgressView(
        name="a", kind="b", done=5, total=0, failed=7, rate=float("inf"), seconds_left=float("nan")
    )

    page = Page(to_html(run(progress=(nonsense,))))

    widths = [attributes["style"] for tag, attributes in page.elements if tag in ("i", "s") and "style" in attributes]
    assert widths == ["width:0%", "width:100%"]


def test_columns_made_without_a_model_share_a_line_when_there_are_many() -> None:
    samplers = tuple(ColumnProgressView(name=f"s{n}", kind="sampler", done=10, total=10) for n in range(9))

    page = Page(to_html(run(progress=samplers)))

    assert "9 sampler columns 10/10" in page.text


def test_records_are_a_table_with_real_headers() -> None:
    page = Page(to_html(run(records=records("Kettle"))))

    heads = [attributes.get("scope") for tag, attributes in page.elements if tag == "th"]
    assert heads == ["col", "col", "row"]
    assert "product seed · catalogue" in page.text
    assert "1 Kettle" in page.text


def test_it_is_said_when_there_are_more_records_than_shown() -> None:
    view = records("Kettle").model_copy(update={"total": 1_000, "expected": 1_000})

    assert "Records showing 1 of 1,000" in Page(to_html(run(records=view))).text


def test_a_finished_run_without_records_says_so() -> None:
    nothing = RecordsView(columns=(), rows=(), total=0, expected=10)

    assert "No records." in Page(to_html(run(state="completed", records=nothing))).text


def test_sections_open_without_javascript_carry_counts_and_only_failures_are_open() -> None:
    page = Page(to_html(saying("x").model_copy(update={"status": None})))

    assert page.within("summary") == ["Failed records", "99", "Records in full", "1", "Columns", "2", "Log", "2"]
    assert [attributes for tag, attributes in page.elements if tag == "details"] == [{"open": "open"}, {}, {}, {}]


def test_sections_with_nothing_in_them_are_left_out() -> None:
    assert "details" not in [tag for tag, _ in Page(to_html(run(records=records("Kettle")))).elements]


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_a_raster_image_is_shown_as_a_picture(kind: str) -> None:
    source = f"data:image/{kind};base64,iVBORw0KGgo="

    page = Page(to_html(run(records=full(FieldView(column="photo", kind="image", form="image", text=source)))))

    assert ("img", {"src": source, "alt": "Image of photo, record 1"}) in page.elements


@pytest.mark.parametrize(
    "source",
    [
        "data:image/svg+xml;base64,PHN2Zz4=",
        "https://example.org/track.png",
        "data:image/png;base64,AAAA onerror=1",
        "data:image/png;base64,AAAA\n",
        "data:text/html;base64,AAAA",
        " data:image/png;base64,AAAA",
        "",
    ],
)
def test_anything_else_that_claims_to_be_an_image_is_text(source: str) -> None:
    page = Page(to_html(run(records=full(FieldView(column="photo", kind="image", form="image", text=source)))))

    assert "img" not in [tag for tag, _ in page.elements]
    assert source.strip() in page.text


def test_a_field_that_was_cut_says_by_how_much() -> None:
    field = FieldView(column="review", kind="LLM text", form="text", text="It boils", cut=6_000)

    assert "It boils … 6,000 more characters" in Page(to_html(run(records=full(field)))).text


def test_code_and_json_keep_their_lines() -> None:
    field = FieldView(column="solve", kind="LLM code", form="code", text="def f():\n    return 1", language="python")

    page = Page(to_html(run(records=full(field))))

    assert page.within("pre") == ["def f():\n    return 1"]


def test_a_judge_is_shown_with_its_reasoning() -> None:
    score = ScoreView(name="tone", score="4", reasoning="Fits the persona.", best=5)
    field = FieldView(column="quality", kind="LLM judge", form="judge", text="", scores=(score,))

    assert "tone 4 of 5 Fits the persona." in Page(to_html(run(records=full(field)))).text


def test_a_distribution_is_readable_without_its_bars() -> None:
    bars = (BarView(label="1 to 2", count=1_200, share=1.0), BarView(label="2 to 3", count=3, share=0.1))
    profile = ColumnProfileView(name="stars", kind="sampler", dtype="int", nulls=0, unique=5, distribution=bars)

    frequent = Page(to_html(run(columns=(profile,))))
    histogram = Page(to_html(run(columns=(profile.model_copy(update={"ordered": True}),))))

    assert "1 to 2 1,200 2 to 3 3" in frequent.text
    assert "1 to 2: 1,200, 2 to 3: 3" in histogram.text
    assert "1 to 2: 1,200" in [attributes.get("title") for _, attributes in histogram.elements]


def test_failures_beyond_those_listed_are_counted() -> None:
    failure = FailureView(record=7, column="review", reason="Cut off. Raise `max_tokens`.")

    text = Page(to_html(run(state="completed", failures=(failure,), failed_records=1_200))).text

    assert "Failed records 1,200" in text
    assert "7 review Cut off. Raise max_tokens ." in text
    assert "1,199 more are not listed." in text


def test_the_foot_has_the_facts_the_forecast_and_the_way_on() -> None:
    view = run(
        state="completed",
        facts=(FactView(text="5,310 tokens", hint="4,100 in"), FactView(text="1 record failed")),
        forecast="1,000 records: about 9 min",
        way_on=(WayOnView(text="Make it:", code="%dd_create reviews"),),
    )

    page = Page(to_html(view))

    assert page.text.endswith("5,310 tokens · 1 record failed · 1,000 records: about 9 min Make it: %dd_create reviews")
    assert ("span", {"title": "4,100 in"}) in page.elements


def test_every_element_that_is_opened_is_closed() -> None:
    assert Page(to_html(saying("x"))).unclosed == []


def test_the_same_view_gives_the_same_bytes() -> None:
    view = saying("text")

    assert to_html(view) == to_html(view.model_copy(deep=True))


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, texts, and styles apart from both."""

    VOID = ("img", "br", "col")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.styles = ""
        self.unclosed: list[str] = []
        self._around: list[tuple[list[str], str]] = []
        self.feed(html)
        self.close()

    @property
    def structure(self) -> list[tuple[str, tuple[str, ...], str]]:
        """The elements, the names of their attributes, and the values of those that do something."""
        return [
            (tag, tuple(attributes), attributes.get("style", "") + attributes.get("class", ""))
            for tag, attributes in self.elements
        ]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def within(self, tag: str) -> list[str]:
        return [text.strip() for around, text in self._around if tag in around and text.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.unclosed:
            self.styles += data
        else:
            self.texts.append(data)
            self._around.append((list(self.unclosed), data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def without_nested(css: str) -> str:
    """The style sheet with the insides of its outermost blocks taken out."""
    depth, kept = 0, ""
    for character in css:
        depth -= character == "}"
        if depth == 0:
            kept += character
        depth += character == "{"
    return kept


def run(**parts: object) -> RunView:
    whole = {"title": "Preview", "name": "", "where": "run in this kernel", "state": "running", **parts}
    return RunView.model_validate(whole)


def records(*products: str) -> RecordsView:
    return RecordsView(
        columns=(ColumnHeadView(name="product", kind="seed", detail="catalogue"),),
        rows=tuple((CellView(text=product),) for product in products),
        total=len(products),
        expected=len(products),
    )


def full(*fields: FieldView) -> RecordsView:
    return records("Kettle").model_copy(update={"full": (RecordView(number=1, fields=fields),)})


def panel_saying(text: str) -> PanelView:
    """A panel in which every text that can be anything is this one."""
    chip = StatusView(mark=text, text=text, tone="warning")
    return PanelView(
        title=text,
        name=text,
        where=text,
        time=text,
        status=chip,
        notices=(NoticeView(level="warning", text=text),),
        entries=(EntryView(term=text, text=text, note=text, chips=(chip, chip)),),
        jobs=(JobRowView(name=text, status=chip, records=text, made=text, made_at=text, columns=text),),
        meter=MeterView(share=0.5, parts=(text, text)),
        facts=(FactView(text=text, hint=text),),
        way_on=(WayOnView(text=text, code=text),),
    )


def saying(text: str) -> RunView:
    """A run in which every text that can be anything is this one, in every form there is."""
    forms = ("null", "number", "text", "json", "code", "image", "judge")
    fields = tuple(FieldView(column=text, kind=text, form=form, text=text, language=text, cut=3) for form in forms)
    judged = FieldView(
        column=text, kind=text, form="judge", text=text, scores=(ScoreView(name=text, score=text, reasoning=text),)
    )
    profile = ColumnProfileView(
        name=text,
        kind=text,
        dtype=text,
        nulls=1,
        unique=None,
        summary=text,
        distribution=(BarView(label=text, count=1, share=0.5), BarView(label=text, count=2, share=1.0)),
    )
    return RunView(
        title=text,
        name=text,
        where=text,
        state="running",
        status=StatusView(mark=text, text=text, tone="running"),
        step=text,
        notices=(NoticeView(level="error", text=text), NoticeView(level="info", text=text)),
        progress=(ColumnProgressView(name=text, kind=text, done=5, total=10, failed=1),),
        records=RecordsView(
            columns=tuple(ColumnHeadView(name=text, kind=text, detail=text) for _ in forms),
            rows=(
                tuple(CellView(text=text, form=form) for form in forms),
                tuple(CellView(text=text, form=form, note=text) for form in forms),
            ),
            total=2,
            expected=2,
            full=(RecordView(number=1, fields=(*fields, judged)),),
        ),
        columns=(profile, profile.model_copy(update={"ordered": True})),
        failures=(FailureView(record=1, column=text, reason=text),),
        failed_records=99,
        log=(LogLineView(time=text, level="error", text=text, cut=3), LogLineView(time=text, level="info", text=text)),
        facts=(FactView(text=text, hint=text),),
        forecast=text,
        way_on=(WayOnView(text=text, code=text),),
    )
