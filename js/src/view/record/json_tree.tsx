import { useMemo, useRef, useState } from "preact/hooks";
import { count } from "../words";
import { CopyButton } from "./copy";
import { canOpen, openAtFirst, type Row, rootOf, rowsOf } from "./json_rows";
import { childrenOf, type Json, writeJson } from "./json_value";
import { beginning } from "./text";

/** Of a longer text within JSON as much is shown until it is opened. */
const SHOWN_FIRST = 240;

/** Deeper rows stand no further to the right: there would be no room left for them. */
const DEEPEST_INDENT = 12;

interface Props {
  value: Json;
  column: string;
}

/** JSON as a tree, as the ARIA practices describe one: arrows move, open and close. */
export function JsonTree({ value, column }: Props) {
  const root = useMemo(() => rootOf(value), [value]);
  const [open, setOpen] = useState(() => openAtFirst(root));
  const [current, setCurrent] = useState(root.id);
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(root, open), [root, open]);
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === current),
  );
  const row = rows[at] ?? root;

  function toggle({ id }: Row) {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
    setCurrent(id);
  }
  function go(to: number) {
    const next = rows[Math.min(Math.max(to, 0), rows.length - 1)] ?? root;
    setCurrent(next.id);
    tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[rows.indexOf(next)]?.focus();
  }
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = open.has(row.id);
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => {
        if (!opens(row)) return;
        if (!isOpen) toggle(row);
        else if (canOpen(row)) go(at + 1);
      },
      ArrowLeft: () => {
        if (opens(row) && isOpen) toggle(row);
        else go(rows.indexOf(around(rows, at)));
      },
      Enter: () => opens(row) && toggle(row),
      " ": () => opens(row) && toggle(row),
    };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // they move within the tree, not between records
    act();
  }

  return (
    <div class="dd-json">
      <div class="dd-tree" role="tree" aria-label={column} ref={tree} onKeyDown={press}>
        {rows.map((each) => (
          <TreeRow
            key={each.id}
            row={each}
            isOpen={open.has(each.id)}
            isCurrent={each === row}
            onChoose={() => setCurrent(each.id)}
            onToggle={() => toggle(each)}
          />
        ))}
      </div>
      <div class="dd-json-foot">
        <code class="dd-mono dd-cut" title={row.path}>
          {row.path}
        </code>
        <CopyButton label={`Copy path ${beginning(row.path, 80)}`} word="Copy path" text={() => row.path} />
        <CopyButton
          label={`Copy value of ${beginning(row.path, 80)}`}
          word="Copy value"
          text={() => (row.value.kind === "text" ? row.value.text : writeJson(row.value))}
        />
      </div>
    </div>
  );
}

interface RowProps {
  row: Row;
  isOpen: boolean;
  isCurrent: boolean;
  onChoose: () => void;
  onToggle: () => void;
}

function TreeRow({ row, isOpen, isCurrent, onChoose, onToggle }: RowProps) {
  const { depth, name, place, of, isPart } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      class="dd-tree-row"
      role="treeitem"
      aria-level={depth}
      aria-posinset={place}
      aria-setsize={of}
      aria-expanded={opens(row) ? isOpen : undefined}
      aria-selected={isCurrent}
      tabIndex={isCurrent ? 0 : -1}
      style={{ paddingLeft: `${Math.min(depth - 1, DEEPEST_INDENT) * 14 + 6}px` }}
      onClick={() => (opens(row) ? onToggle() : onChoose())}
    >
      <span class="dd-tree-mark" aria-hidden="true">
        {canOpen(row) ? (isOpen ? "▾" : "▸") : ""}
      </span>
      <span class="dd-tree-text">
        {name !== null && (
          <span class={isPart || typeof name === "number" ? "dd-quiet" : "dd-token-name"}>
            <bdi>{name}</bdi>
            {!isPart && ": "}
          </span>
        )}
        {!isPart && <Value row={row} isOpen={isOpen} />}
      </span>
    </div>
  );
}

function Value({ row: { value }, isOpen }: { row: Row; isOpen: boolean }) {
  if (value.kind === "word") return <span class="dd-token-number">{value.text}</span>;
  if (value.kind === "text") {
    const shown = isOpen ? value.text : beginning(value.text, SHOWN_FIRST);
    const more = value.text.length - shown.length;
    return (
      <>
        <span class="dd-token-string">
          “<bdi>{shown}</bdi>
          {more > 0 ? "…" : "”"}
        </span>
        {more > 0 && <span class="dd-quiet"> {count(more)} characters more</span>}
      </>
    );
  }
  const inner = childrenOf(value);
  const [opening, closing] = value.kind === "list" ? "[]" : "{}";
  if (inner.length === 0) return <span class="dd-quiet">{`${opening}${closing}`}</span>;
  const what = value.kind === "list" ? "item" : "key";
  return (
    <span class="dd-quiet">
      {!isOpen && `${opening}…${closing} `}
      {count(inner.length)} {what}
      {inner.length > 1 && "s"}
    </span>
  );
}

/** The row that one is in; itself for the whole. */
function around(rows: Row[], at: number): Row {
  const row = rows[at] as Row;
  return (
    rows
      .slice(0, at)
      .reverse()
      .find(({ depth }) => depth < row.depth) ?? row
  );
}

/** A long text opens too: then all of it is shown. */
function opens(row: Row): boolean {
  return canOpen(row) || (row.value.kind === "text" && row.value.text.length > SHOWN_FIRST);
}
