import { useRef } from "preact/hooks";
import { ROW } from "./scroll";

const LOWEST = 3 * ROW;
const HIGHEST = 40 * ROW;

interface Props {
  /** How high the rows in sight are together. */
  room: number;
  /** How high all rows are together. */
  most: number;
  /** Undefined for the usual height. */
  onRoom(room: number | undefined): void;
}

/** The lower edge of the table, to be dragged, or moved by arrow keys. */
export function HeightEdge({ room, most, onRoom }: Props) {
  const from = useRef<{ y: number; room: number }>();
  const highest = Math.min(most, HIGHEST);
  const to = (wished: number) => onRoom(Math.round(Math.max(LOWEST, Math.min(wished, highest))));

  function press(event: KeyboardEvent) {
    const by = { ArrowDown: ROW, ArrowUp: -ROW, PageDown: 5 * ROW, PageUp: -5 * ROW }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows have another meaning for the notebook
    to(room + by);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      class="dd-height-edge"
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the table"
      aria-valuemin={Math.round(LOWEST / ROW)}
      aria-valuemax={Math.round(highest / ROW)}
      aria-valuenow={Math.round(room / ROW)}
      aria-valuetext={`${Math.round(room / ROW)} rows`}
      title="Drag to set the height; double click for the usual one"
      onKeyDown={press}
      onDblClick={() => onRoom(undefined)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { y: event.clientY, room };
      }}
      onPointerMove={({ clientY }) => from.current && to(from.current.room + clientY - from.current.y)}
      onLostPointerCapture={() => {
        from.current = undefined;
      }}
    />
  );
}
