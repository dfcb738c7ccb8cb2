import type { SettingChangeView } from "../../wire/wire";
import { useRemembered } from "../memory";
import { count } from "../words";
import { ChangedText } from "./changed_text";

/** How the columns are made otherwise: each setting that differs, before and after. */
export function ChangedSettings({ settings }: { settings: readonly SettingChangeView[] }) {
  const [open, keepOpen] = useRemembered("settings open", true);
  if (settings.length === 0) return null;
  return (
    <details class="dd-settings" open={open} onToggle={({ currentTarget }) => keepOpen(currentTarget.open)}>
      <summary>
        <b>Made otherwise</b>{" "}
        <span class="dd-quiet">
          {count(settings.length)} {settings.length === 1 ? "setting" : "settings"}
        </span>
      </summary>
      {settings.map(({ columns, name, before, after, code }) => (
        <div key={`${columns[0]} ${name}`} class="dd-changed-setting">
          <p>
            {columns.map((column, at) => (
              <>
                {at > 0 && ", "}
                <code class="dd-mono">{column}</code>
              </>
            ))}{" "}
            <span class="dd-quiet">· {name}</span>
          </p>
          <ChangedText before={before} after={after} code={code} />
        </div>
      ))}
    </details>
  );
}
