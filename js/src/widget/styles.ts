/** Put there by the build: the style sheets of all views, in one. */
declare const DD_STYLES: string;

// Named once: the build puts the whole text wherever the name stands. In tests nothing is built.
const STYLES = typeof DD_STYLES === "undefined" ? "" : DD_STYLES;
const NAME = "dd-jupyter-styles";

/** Add the styles to the page or shadow tree that the view is in, once. */
export function addStyles(el: HTMLElement) {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : el.ownerDocument.head;
  if ([...home.querySelectorAll(`style.${NAME}`)].some((style) => style.textContent === STYLES)) return;
  const style = el.ownerDocument.createElement("style");
  style.className = NAME;
  style.textContent = STYLES;
  home.append(style);
}
