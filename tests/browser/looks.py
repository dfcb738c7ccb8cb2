"""What a person's eye would measure in a page."""

from __future__ import annotations

from playwright.sync_api import Locator

READABLE = 4.5
"""The least contrast of text that WCAG AA accepts."""

# Colours are read back from a canvas, as those made with color-mix() are not told as rgb().
_MEASURE = """
const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
function rgba(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
}
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
function background(element) {
    if (!element) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, background(element.parentElement));
}
function luminance([r, g, b]) {
    const [R, G, B] = [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
}
"""


def luminance_of_background(view: Locator) -> float:
    """0 is black, 1 is white."""
    return float(view.evaluate(f"view => {{ {_MEASURE} return luminance(background(view)); }}"))


def contrasts(view: Locator) -> dict[str, float]:
    """The contrast with its background of each text in sight, as WCAG computes it: 1 to 21."""
    return view.evaluate(
        f"""view => {{
            {_MEASURE}
            const found = {{}};
            const texts = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {{
                const text = texts.currentNode.data.trim();
                const element = texts.currentNode.parentElement;
                const exempt = 'style, .ddj-unseen, :disabled, [aria-disabled=true]';
                if (!text || element.closest(exempt) || !element.checkVisibility()) continue;
                const behind = background(element);
                const [a, b] = [luminance(over(rgba(getComputedStyle(element).color), behind)), luminance(behind)];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                found[text] = Math.min(contrast, found[text] ?? 21);
            }}
            return found;
        }}"""
    )  # type: ignore[no-any-return]
