/** Completion as JupyterLab has it: our items among those of others, and only ours where others cannot know. */
import {
  Completer,
  CompleterModel,
  type CompletionHandler,
  type ICompletionContext,
  type ICompletionProvider,
} from "@jupyterlab/completer";
import { Text } from "@jupyterlab/coreutils";
import { addStyles } from "../../widget/styles";
import { configurationIn } from "./cell";
import { configurationSchema, configurations } from "./help";
import type { Completions } from "./items";
import { completeMagic, isMagicLine } from "./magic_lines";

type SourceChange = Parameters<NonNullable<ICompletionProvider["shouldShowContinuousHint"]>>[1];

/**
 * Above all that JupyterLab has, of which the debugger's has 1000: JupyterLab takes the list's look from the first
 * provider, and ours differs from the usual one only where it has something to say.
 */
const RANK = 1001;

interface OurItem extends CompletionHandler.ICompletionItem {
  readonly detail: string;
}

export class Provider implements ICompletionProvider<OurItem> {
  readonly identifier = "dd-jupyter:completion";
  readonly rank = RANK;
  readonly renderer = new Renderer();

  async isApplicable({ editor }: ICompletionContext): Promise<boolean> {
    if (!editor) return false;
    const { line, column } = editor.getCursorPosition();
    return isOurs(editor.model.sharedModel.getSource(), line, column);
  }

  async fetch({
    text,
    offset,
  }: CompletionHandler.IRequest): Promise<CompletionHandler.ICompletionItemsReply<OurItem>> {
    const place = Text.charIndexToJsIndex(offset, text);
    const found = await completed(text, place);
    if (!found) return { start: offset, end: offset, items: [] };
    addStyles(document.body);
    return {
      start: Text.jsIndexToCharIndex(found.from, text),
      end: Text.jsIndexToCharIndex(found.to, text),
      items: found.items.map(({ label, insert, kind, detail, documentation }) => ({
        label,
        insertText: insert,
        type: kind,
        detail,
        ...(documentation && { documentation }),
      })),
    };
  }

  async modelFactory(): Promise<Completer.IModel> {
    return new Model();
  }

  shouldShowContinuousHint(visible: boolean, { sourceChange }: SourceChange): boolean {
    if (visible || !sourceChange || sourceChange.some((one) => one.delete !== undefined)) return false;
    return /^[\w{-]$/.test(sourceChange.map((one) => one.insert ?? "").join(""));
  }
}

async function completed(text: string, place: number): Promise<Completions | undefined> {
  const magic = completeMagic(text, place);
  const cell = configurationIn(text);
  if (magic || !cell || place < cell.from) return magic;
  const [{ complete }, schema] = await Promise.all([configurations(), configurationSchema()]);
  return schema && complete(text, place, cell.from, cell.format, schema);
}

function isOurs(text: string, line: number, column: number): boolean {
  const cell = configurationIn(text);
  const lines = text.split("\n");
  const start = lines.slice(0, line).join("\n").length + (line ? 1 : 0);
  return (!!cell && start >= cell.from) || isMagicLine((lines[line] ?? "").slice(0, column));
}

/** What our matcher in the kernel calls what it finds: see `dd_jupyter/completion.py`. */
const OF_THE_KERNEL = new Set([
  "option",
  "value",
  "variable",
  "file",
  "job",
  "workspace",
  "deployment",
  "context",
]);

/** In lines and cells of ours, words that Python would complete are left out. */
class Model extends CompleterModel {
  override setCompletionItems(items: CompletionHandler.ICompletionItem[]): void {
    const at = this.original;
    const left = at && isOurs(at.text, at.line, at.column) ? items.filter(isWelcome) : items;
    if (left.length || !items.length) super.setCompletionItems(left);
    else this.reset(true);
  }
}

function isWelcome(item: CompletionHandler.ICompletionItem): boolean {
  return "detail" in item || OF_THE_KERNEL.has(item.type ?? "");
}

/** The beginning of what an item is for stands beside it; all of it in its title, and in JupyterLab's own panel. */
class Renderer extends Completer.Renderer {
  override createCompletionItemNode(item: CompletionHandler.ICompletionItem, types: string[]): HTMLLIElement {
    const node = super.createCompletionItemNode(item, types);
    if (!("detail" in item)) return node;
    const beside = node.querySelector(".jp-Completer-typeExtended");
    beside?.classList.add("dd-completion");
    beside?.replaceChildren(part("text", item.documentation ?? ""), part("detail", String(item.detail)));
    node.title = item.documentation ?? "";
    return node;
  }

  override itemWidthHeuristic(item: CompletionHandler.ICompletionItem): number {
    const beside = "detail" in item ? String(item.detail).length + (item.documentation?.length ?? 0) : 0;
    return super.itemWidthHeuristic(item) + beside;
  }
}

function part(name: string, text: string): HTMLElement {
  const node = document.createElement("span");
  node.className = `dd-completion-${name}`;
  node.textContent = text;
  return node;
}
