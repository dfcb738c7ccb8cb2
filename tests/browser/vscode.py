"""VS Code's notebook, as far as a widget sees it: a page in a frame, with the editor's colours as variables.

An output stands in a webview, a frame whose body names the kind of theme and whose root element holds the
variables. Around a widget VS Code puts a background of its own, which is white whatever the theme is.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.hosts import VSCODE, Theme
from tests.browser.stage import Stage

WEBVIEW = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Webview</title>
<link rel="icon" href="data:,"><style>
html, body { margin: 0; color: var(--vscode-editor-foreground); font-size: 13px }
.cell-output-ipywidget-background { background: white }
.output { overflow: auto; position: relative }
</style></head><body>
<main class="output_container"><div class="output"><div class="cell-output-ipywidget-background"><div id="views"></div>
</div></div></main><script type="module" src="/stage.js"></script></body></html>"""

EDITOR = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Visual Studio Code</title>
<link rel="icon" href="data:,"><style>body { margin: 0 } iframe { border: 0; width: 100vw; height: 100vh }</style>
</head><body><iframe title="Notebook" src="/webview"></iframe></body></html>"""


class VSCode(Stage):
    """A notebook of VS Code with views in it."""

    def __init__(self, browser: Browser, theme: Theme = "light") -> None:
        super().__init__(browser, pages={"/": EDITOR, "/webview": WEBVIEW})
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Change the theme as VS Code does: variables first, then the kind."""
        kind, variables = VSCODE[theme]
        self.frame.evaluate(
            """([kind, variables]) => {
                const { style } = document.documentElement;
                for (const name of [...style]) style.removeProperty(name);
                for (const [name, value] of Object.entries(variables)) style.setProperty(`--vscode-${name}`, value);
                document.body.classList.remove("vscode-light", "vscode-dark", "vscode-high-contrast");
                document.body.classList.add(kind);
                document.body.dataset.vscodeThemeKind = kind;
            }""",
            [kind, variables],
        )
