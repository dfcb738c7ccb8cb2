/** Puts text where it can be pasted from. */

/** Says whether it could; without HTTPS browsers have no clipboard but the selection of a text field. */
export async function copied(text: string, near: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text, near);
  }
}

function copiedFromField(text: string, near: HTMLElement | null): boolean {
  if (!near) return false;
  const focused = (near.getRootNode() as Document | ShadowRoot).activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "dd-unseen";
  field.setAttribute("aria-hidden", "true");
  near.append(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    // then it is shown, to be copied by hand
  }
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
