/** A piece of a text that the other text has too, or has not. */
export interface Piece {
  text: string;
  changed: boolean;
}

/** The table of what two texts have in common has as many fields at most: 16 MB, some 50 ms. */
const MOST_FIELDS = 8_000_000;

/** How two texts differ, word by word. Of very long ones only what they begin and end with is held common. */
export function wordChanges(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const [old, young] = [words(before), words(after)];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start++;
  let end = 0;
  while (
    end < old.length - start &&
    end < young.length - start &&
    old[old.length - 1 - end] === young[young.length - 1 - end]
  )
    end++;
  const kept = common(old.slice(start, old.length - end), young.slice(start, young.length - end));
  return {
    before: pieces(old, (at) => at < start || at >= old.length - end || kept.before.has(at - start)),
    after: pieces(young, (at) => at < start || at >= young.length - end || kept.after.has(at - start)),
  };
}

function words(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

/** The places of the longest sequence of words that both have. */
function common(old: string[], young: string[]): { before: Set<number>; after: Set<number> } {
  const kept = { before: new Set<number>(), after: new Set<number>() };
  const width = young.length + 1;
  if ((old.length + 1) * width > MOST_FIELDS) return kept;
  const longest = new Uint16Array((old.length + 1) * width);
  const field = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = young.length - 1; column >= 0; column--) {
      longest[row * width + column] =
        old[row] === young[column]
          ? field(row + 1, column + 1) + 1
          : Math.max(field(row + 1, column), field(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < old.length && column < young.length; ) {
    if (old[row] === young[column]) {
      kept.before.add(row++);
      kept.after.add(column++);
    } else if (field(row + 1, column) >= field(row, column + 1)) row++;
    else column++;
  }
  return kept;
}

/** Neighbours of one sort as one piece; a space between two changed words is changed with them. */
function pieces(texts: string[], isKept: (at: number) => boolean): Piece[] {
  const changed = texts.map((_, at) => !isKept(at));
  for (let at = 1; at < texts.length - 1; at++) {
    if (!texts[at]?.trim() && changed[at - 1] && changed[at + 1]) changed[at] = true;
  }
  const result: Piece[] = [];
  texts.forEach((text, at) => {
    const last = result.at(-1);
    if (last !== undefined && last.changed === changed[at]) last.text += text;
    else result.push({ text, changed: changed[at] === true });
  });
  return result;
}
