import { useId } from "../../view/ids";
import { Chip, Notice } from "../../view/parts";
import type { StatusView } from "../../wire/wire";
import type { Place, RunsModel } from "./model";

interface Props {
  /** Of its title, which names the panel. */
  id: string;
  model: RunsModel;
  choose(place: Place): void;
}

/** Where the jobs are: how the deployment is, which one and which workspace. */
export function Head({ id, model, choose }: Props) {
  const { deployment, workspace } = model.place;
  const bases = model.deployments?.deployments.map(({ base_url }) => base_url) ?? [];
  const workspaces = model.connection?.workspaces ?? [];
  const { identity = "", version = "" } = model.connection ?? {};
  const about = [deployment, identity && `as ${identity}`, version && `version ${version}`];
  const isChoice = bases.length > 1 || (bases.length === 1 && !bases.includes(deployment));
  return (
    <header class="dd-jobs-head">
      <div class="dd-jobs-line">
        <h2 id={id}>Runs and jobs</h2>
        <span class="dd-space" />
        <button
          type="button"
          class="dd-jobs-icon"
          aria-label="Look again now"
          title="Look again now"
          aria-busy={model.waiting}
          onClick={() => model.refresh()}
        >
          <Arrow />
        </button>
      </div>
      <div class="dd-jobs-line" title={["NeMo Services", ...about].filter(Boolean).join("\n")}>
        <span role="status">
          <Chip {...stateOf(model)} />
        </span>
        {!isChoice && <span class="dd-quiet dd-cut">{withoutScheme(deployment)}</span>}
      </div>
      {isChoice && (
        <Choice
          label="Deployment"
          value={deployment}
          options={bases}
          show={withoutScheme}
          choose={(chosen) => choose({ deployment: chosen, workspace: "" })}
        />
      )}
      {(workspace || workspaces.length > 0) && (
        <Choice
          label="Workspace"
          value={workspace}
          options={workspaces}
          choose={(chosen) => choose({ deployment: model.chosen.deployment, workspace: chosen })}
        />
      )}
      <div class="dd-jobs-trouble" aria-live="polite">
        {model.trouble && <Notice level={isAway(model) ? "error" : "warning"} text={model.trouble} />}
      </div>
    </header>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly string[];
  show?: (option: string) => string;
  choose(option: string): void;
}

/** One of a few; what is chosen and not known is among them. */
function Choice({ label, value, options, show = String, choose }: ChoiceProps) {
  const id = useId();
  const all = options.includes(value) || value === "" ? options : [value, ...options];
  return (
    <div class="dd-jobs-row">
      <label class="dd-quiet" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="dd-input"
        value={value}
        title={value}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {value === "" && <option value="">…</option>}
        {all.map((option) => (
          <option key={option} value={option}>
            {show(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Arrow() {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" width="16" height="16">
      <path
        d="M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** Nothing that is asked arrives. */
const isAway = ({ error, connection }: RunsModel) => error !== "" || connection?.reachable === false;

function stateOf(model: RunsModel): StatusView {
  if (isAway(model)) return { mark: "✕", text: "Not reachable", tone: "failed" };
  if (model.trouble) return { mark: "▲", text: "Not ready", tone: "warning" };
  if (!model.connection) return { mark: "○", text: "Looking …", tone: "waiting" };
  return { mark: "✓", text: "Connected", tone: "completed" };
}

const withoutScheme = (url: string) => url.replace(/^https?:\/\//, "");
