/**
 * What a person chose in a view, kept for as long as the page lives: front ends draw a view anew whenever its
 * output is updated or moved.
 */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useState } from "preact/hooks";

const memories = new Map<string, Map<string, unknown>>();
const Memory = createContext(new Map<string, unknown>());

/** As in a page that was loaded anew. */
export const forgetAll = () => memories.clear();

/** Gives what is in it the memory of one model. */
export function Remembered({ model, children }: { model: string; children: ComponentChildren }) {
  const memory = memories.get(model) ?? new Map<string, unknown>();
  memories.set(model, memory);
  return <Memory.Provider value={memory}>{children}</Memory.Provider>;
}

/** Chooses in a view from outside; it shows when the view is drawn for the first time, or anew. */
export function choose(model: string, name: string, value: unknown): void {
  const memory = memories.get(model) ?? new Map<string, unknown>();
  memories.set(model, memory.set(name, value));
}

/** A state that outlives the view; `name` is its own in all of one view. */
export function useRemembered<T>(name: string, initial: T): [T, (value: T) => void] {
  const memory = useContext(Memory);
  const [value, setValue] = useState<T>(memory.has(name) ? (memory.get(name) as T) : initial);
  return [
    value,
    (next: T) => {
      memory.set(name, next);
      setValue(next);
    },
  ];
}
