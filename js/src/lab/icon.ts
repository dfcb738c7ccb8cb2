/** The sign of Data Designer: records, and the spark that makes them. It follows the theme. */
import { LabIcon } from "@jupyterlab/ui-components";

export const dataDesignerIcon = new LabIcon({
  name: "dd-jupyter:data-designer",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <rect x="1.5" y="3" width="5.5" height="2" rx="1"/>
    <rect x="1.5" y="7.25" width="7" height="2" rx="1"/>
    <rect x="1.5" y="11.5" width="13" height="2" rx="1"/>
    <path d="M11.5 1c.35 2.4 1.1 3.15 3.5 3.5-2.4.35-3.15 1.1-3.5 3.5-.35-2.4-1.1-3.15-3.5-3.5 2.4-.35 3.15-1.1 3.5-3.5Z"/>
  </g>
</svg>`,
});
