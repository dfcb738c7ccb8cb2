import type { WorkspacesView } from "../../wire/wire";
import { TextField } from "./field";

interface Props {
  id: string;
  /** "" for the usual one. */
  value: string;
  /** Those there are; undefined while that is not known. */
  known: WorkspacesView | undefined;
  change: (value: string) => void;
  problem: string;
  readOnly: boolean;
}

/** One of the workspaces that the deployment lists; a text where it lists none. */
export function Workspace({ id, value, known, change, problem, readOnly }: Props) {
  if (!known || known.names.length === 0) {
    const props = { id, value, change, problem, readOnly, size: 16, label: "Workspace" };
    return <TextField {...props} placeholder={known?.usual ?? ""} />;
  }
  const chosen = value || known.usual;
  const names = known.names.includes(chosen) ? known.names : [chosen, ...known.names];
  return (
    <select
      id={id}
      class="dd-input"
      aria-label="Workspace"
      aria-invalid={problem !== ""}
      aria-describedby={`${id}-problem`}
      disabled={readOnly}
      onChange={({ currentTarget }) => change(currentTarget.value === known.usual ? "" : currentTarget.value)}
    >
      {names.map((name) => (
        <option key={name} value={name} selected={name === chosen}>
          {name}
        </option>
      ))}
    </select>
  );
}
