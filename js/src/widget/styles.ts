/** Put there by the build: the style sheets of all views, in one. */
declare const DD_STYLES: string;

const NAME = "dd-jupyter-styles";

/** Add the styles to the page or shadow tree that the view is in, once. */
export function addStyles(el: HTMLElement) {
  if (typeof DD_STYLES === "undefined") return; // in tests, which build nothing
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : el.ownerDocument.head;
  if ([...home.querySelectorAll(`style.${NAME}`)].some((style) => style.textContent === DD_STYLES)) return;
  const style = el.ownerDocument.createElement("style");
  style.className = NAME;
  style.textContent = DD_STYLES;
  home.append(style);
}
