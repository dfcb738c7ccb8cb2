/** Signs of what can be done with a configuration. They follow the theme. */
import { LabIcon } from "@jupyterlab/ui-components";

/** More than 3 to 1 on the cards of the light theme and of the dark one. */
const SEEN_IN_ALL = "#2979c9";

export const previewIcon = drawn(
  "preview",
  '<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z"/><circle cx="8" cy="8" r="2"/>',
);
export const checkIcon = drawn(
  "check",
  '<path d="m1.75 4 1.2 1.25L5.25 2.75m-3.5 6.5 1.2 1.25 2.3-2.5M8 4.25h6.25M8 9.5h6.25M8 13.5h6.25M2.5 13.5h2.25"/>',
);
export const submitIcon = drawn(
  "submit",
  '<path d="M14.25 1.75 1.75 6.5 7 9l2.5 5.25 4.75-12.5ZM7 9l3.25-3.25"/>',
);
export const tutorialIcon = drawn(
  "tutorial",
  '<path d="M8 4v9.5M8 4C6.75 2.75 4.5 2.5 1.75 2.5v9.25c2.75 0 5 .25 6.25 1.75 1.25-1.5 3.5-1.75 6.25-1.75V2.5C11.5 2.5 9.25 2.75 8 4Z"/>',
);

/** Lines on a ground of 16 by 16. */
function drawn(name: string, shapes: string): LabIcon {
  return new LabIcon({
    name: `dd-jupyter:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none">
  <g class="jp-icon3" stroke="#616161" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">${shapes}</g>
</svg>`,
  });
}

/** An icon as an address, where the launcher takes nothing else: it cannot follow the theme, and is seen in all. */
export function pictureUrl(icon: LabIcon): string {
  return `data:image/svg+xml,${encodeURIComponent(icon.svgstr.replaceAll("#616161", SEEN_IN_ALL))}`;
}
