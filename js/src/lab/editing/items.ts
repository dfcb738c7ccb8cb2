/** What is offered at a place. */
export interface Item {
  readonly label: string;
  /** What is typed in its place. */
  readonly insert: string;
  /** What it is, in one or two words. */
  readonly detail: string;
  readonly kind: "option" | "value" | "magic" | "key" | "name";
  readonly documentation?: string;
}

export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly Item[];
}
