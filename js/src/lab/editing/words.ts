/** How what is wrong is said: one sentence with what, where and what to do. */

/** The longest list of names that a sentence has. */
const LISTED = 8;

export const code = (text: string) => `\`${text}\``;

/** "`a`, `b` and `c`". */
export function all(names: readonly string[]): string {
  return joined(names.map(code), "and");
}

/** What to do about a name that is not known: the one that was meant, or those that there are. */
export function instead(name: string, known: readonly string[], otherwise: string): string {
  const meant = nearest(name, known);
  if (meant) return `did you mean ${code(meant)}?`;
  if (!known.length) return `${otherwise}.`;
  const shown = known.slice(0, LISTED).map(code);
  const more = known.length > LISTED ? [`${known.length - LISTED} more`] : [];
  return `${otherwise}, or choose ${known.length > 1 ? "one of " : ""}${joined([...shown, ...more], "and")}.`;
}

function joined(words: readonly string[], last: string): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** The known name that differs in a few letters only. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_\s]/g, "");
  const near = known
    .map((one) => ({ one, far: distance(plain(name), plain(one)) }))
    .sort((a, b) => a.far - b.far)[0];
  return near && near.far <= Math.max(1, Math.floor(plain(name).length / 3)) ? near.one : undefined;
}

/** How many letters are to be added, left out, changed or swapped. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
