"""The colours of the programs that our views stand in, for pages that are rebuilt after them."""

from __future__ import annotations

from typing import Literal

Theme = Literal["light", "dark", "high contrast"]
THEMES: tuple[Theme, ...] = ("light", "dark", "high contrast")

VSCODE: dict[Theme, tuple[str, dict[str, str]]] = {
    "light": (
        "vscode-light",
        {
            "editor-background": "#ffffff",
            "editor-foreground": "#3b3b3b",
            "foreground": "#3b3b3b",
            "textLink-foreground": "#005fb8",
            "errorForeground": "#c72e0f",
            "editorWarning-foreground": "#bf8803",
            "testing-iconPassed": "#388a34",
            "focusBorder": "#005fb8",
            "button-background": "#005fb8",
            "button-foreground": "#ffffff",
        },
    ),
    "dark": (
        "vscode-dark",
        {
            "editor-background": "#1f1f1f",
            "editor-foreground": "#cccccc",
            "foreground": "#cccccc",
            "textLink-foreground": "#4daafc",
            "errorForeground": "#f85149",
            "editorWarning-foreground": "#cca700",
            "testing-iconPassed": "#73c991",
            "focusBorder": "#0078d4",
            "button-background": "#0078d4",
            "button-foreground": "#ffffff",
        },
    ),
    "high contrast": (
        "vscode-high-contrast",
        {
            "editor-background": "#000000",
            "editor-foreground": "#ffffff",
            "foreground": "#ffffff",
            "textLink-foreground": "#21a6ff",
            "errorForeground": "#f48771",
            "editorWarning-foreground": "#ffd370",
            "testing-iconPassed": "#73c991",
            "focusBorder": "#f38518",
            "button-foreground": "#ffffff",
            "contrastBorder": "#6fc3df",
        },
    ),
}
"""Of each theme of VS Code, the kind that its webview names and some of the variables that it sets."""
