/**
 * Draws outputs one at a time: those in sight at once, the others when the page has nothing else to do. A notebook
 * of a hundred outputs would else take some seconds more to open.
 */
export class Turns {
  private readonly waiting = new Map<Element, () => void>();
  private readonly sight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.draw(target);
  });
  private isDue = false;

  /** Has `draw` called when it is the element's turn. */
  wait(element: Element, draw: () => void) {
    this.waiting.set(element, draw);
    this.sight.observe(element);
    this.goOnLater();
  }

  leave(element: Element) {
    this.waiting.delete(element);
    this.sight.unobserve(element);
  }

  private draw(element: Element) {
    const draw = this.waiting.get(element);
    this.leave(element);
    draw?.();
  }

  private goOnLater() {
    if (this.isDue) return;
    this.isDue = true;
    whenIdle(() => {
      this.isDue = false;
      // What is not laid out, in a tab behind another for one, waits to be seen.
      const next = [...this.waiting.keys()].find((element) => element.getClientRects().length > 0);
      if (!next) return;
      this.draw(next);
      this.goOnLater();
    });
  }
}

/** Safari has no `requestIdleCallback`. */
function whenIdle(then: () => void) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(then);
  else setTimeout(then, 50);
}
