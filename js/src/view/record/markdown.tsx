import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { NodeView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { MoreButton, SHOWN_FIRST } from "./text";

/** Whoever nests deeper than this wants to harm the browser: the rest is shown as text. */
const DEEPEST = 60;

interface Props {
  nodes: NodeView[];
  column: string;
}

/** Markdown as elements; a long one is folded. What is no part of it, HTML for one, has come and stays as text. */
export function Markdown({ nodes, column }: Props) {
  const [open, setOpen] = useRemembered(`whole ${column}`, false);
  const first = useMemo(() => beginningOf(nodes), [nodes]);
  const folds = first.length < nodes.length;
  return (
    <>
      <div class="dd-markdown">{all(open ? nodes : first, 0)}</div>
      {folds && <MoreButton onClick={() => setOpen(!open)}>{open ? "Show less" : "Show more"}</MoreButton>}
    </>
  );
}

/** The first paragraphs and lists, as many as a folded text has. */
function beginningOf(nodes: NodeView[]): NodeView[] {
  let length = 0;
  const end = nodes.findIndex((node) => {
    length += textOf(node).length;
    return length > SHOWN_FIRST;
  });
  return end === -1 ? nodes : nodes.slice(0, end + 1);
}

function all(nodes: NodeView[], depth: number): ComponentChildren {
  return nodes.map((node, index) => <Node key={index} node={node} depth={depth} />);
}

function Node({ node, depth }: { node: NodeView; depth: number }) {
  if (depth > DEEPEST) return <>{textOf(node)}</>;
  const inner = () => all(node.children, depth + 1);
  switch (node.tag) {
    case "paragraph":
      return <p>{inner()}</p>;
    case "heading":
      return (
        // The page has headings of its own; these are below any of them.
        // biome-ignore lint/a11y/useSemanticElements: a heading of the text is none of the page
        <div class={`dd-heading-${Math.min(Math.max(node.level, 1), 6)}`} role="heading" aria-level={6}>
          {inner()}
        </div>
      );
    case "strong":
      return <strong>{inner()}</strong>;
    case "emphasis":
      return <em>{inner()}</em>;
    case "strike":
      return <s>{inner()}</s>;
    case "code":
      return <code>{node.text}</code>;
    case "code block":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <pre tabIndex={0}>
          <code>{node.text}</code>
        </pre>
      );
    case "quote":
      return <blockquote>{inner()}</blockquote>;
    case "bullets":
      return <ul>{inner()}</ul>;
    case "numbers":
      return <ol>{inner()}</ol>;
    case "item":
      return <li>{inner()}</li>;
    case "line":
      return <hr />;
    case "break":
      return <br />;
    case "link":
      return <Link href={node.href}>{inner()}</Link>;
    case "table":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <div class="dd-markdown-table" tabIndex={0}>
          <table>
            <tbody>{inner()}</tbody>
          </table>
        </div>
      );
    case "row":
      return <tr>{inner()}</tr>;
    case "head cell":
      return <th>{inner()}</th>;
    case "cell":
      return <td>{inner()}</td>;
    default:
      return <>{textOf(node)}</>;
  }
}

/** A link tells where it leads before it is followed: its words may say otherwise. */
function Link({ href, children }: { href: string; children: ComponentChildren }) {
  const address = leadsOut(href);
  if (address === null) return <>{children}</>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      class="dd-markdown-link"
      data-address={address}
    >
      {children}
    </a>
  );
}

/** The address as the browser will understand it, or null for one that is not of the web or of mail. */
function leadsOut(href: string): string | null {
  if (!/^(https?:\/\/|mailto:)/i.test(href) || !URL.canParse(href)) return null;
  const { protocol, href: address } = new URL(href);
  return ["http:", "https:", "mailto:"].includes(protocol) ? address : null;
}

/** All that is written in a node, however deep it is. */
function textOf(node: NodeView): string {
  const waiting = [node];
  let text = "";
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    text += next.text ?? "";
    waiting.push(...[...(next.children ?? [])].reverse());
  }
  return text;
}
