import type { ComponentChildren } from "preact";
import { Prose } from "../parts";

interface RowProps {
  label: string;
  /** Of what the label is for. */
  id: string;
  /** What is wrong with it; "" if nothing. */
  problem: string;
  /** A second field in the same line. */
  other?: { id: string; problem: string };
  children: ComponentChildren;
}

/** A field with its label before and what is wrong with it beneath. */
export function Row({ label, id, problem, other, children }: RowProps) {
  return (
    <div class="dd-form-row">
      <label for={id}>{label}</label>
      <div>
        <div class="dd-form-line">{children}</div>
        <Problem id={id} problem={problem} />
        {other && <Problem {...other} />}
      </div>
    </div>
  );
}

/** There also while it is empty: only then a change of it is read out. */
function Problem({ id, problem }: { id: string; problem: string }) {
  return (
    <p id={`${id}-problem`} class="dd-form-problem" aria-live="polite">
      {problem && <Prose text={problem} />}
    </p>
  );
}

interface TextProps {
  id: string;
  value: string;
  change: (value: string) => void;
  problem: string;
  /** Characters that are in sight. */
  size: number;
  numeric?: boolean;
  placeholder?: string;
  /** For one that stands beside another: what it is. */
  label?: string;
  readOnly: boolean;
}

export function TextField({
  id,
  value,
  change,
  problem,
  size,
  numeric,
  placeholder,
  label,
  readOnly,
}: TextProps) {
  return (
    <input
      id={id}
      class="dd-input"
      type="text"
      inputMode={numeric ? "numeric" : "text"}
      size={size}
      value={value}
      placeholder={placeholder}
      readOnly={readOnly}
      spellcheck={false}
      autocomplete="off"
      autocapitalize="off"
      aria-label={label}
      aria-invalid={problem !== ""}
      aria-describedby={`${id}-problem`}
      onInput={({ currentTarget }) => change(currentTarget.value)}
    />
  );
}
