/** What the panel's tests answer in place of our server. */
import type { Listed } from "../src/lab/panel/listed";

export const HERE = "http://127.0.0.1:8080";

const WORDS = {
  running: "At work",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
} as const;

export function listed(name: string, given: Partial<Listed> = {}): Listed {
  const { state = "completed", workspace = "default" } = given;
  return {
    path: `jobs/${workspace}/${name}`,
    kind: "job",
    name,
    where: `NeMo Services · workspace ${workspace}`,
    state,
    status: { mark: "●", text: WORDS[state], tone: state },
    num_records: 1000,
    done: null,
    failed: 0,
    started: "2026-11-21T12:00:00+00:00",
    ended: "",
    deployment: HERE,
    workspace,
    notebook: "",
    can_cancel: state === "running",
    has_records: true,
    ...given,
  };
}

export function local(name: string, given: Partial<Listed> = {}): Listed {
  return listed(name, {
    path: `runs/${name}`,
    kind: "create",
    where: "in a kernel of this machine",
    deployment: "",
    workspace: "",
    ...given,
  });
}

interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** A server extension with these runs; what it answers can be changed at any time. */
export class FakeServer {
  runs: Listed[] = [];
  problem = "";
  /** A status and a sentence for what is asked below this; all else is answered. */
  refusal: { path: string; status: number; message: string } | undefined;
  /** Holds answers back while it is there. */
  gate: Promise<void> | undefined;
  workspaces = ["default", "research"];
  deployments = [{ base_url: HERE, origin: "environment variable NMP_BASE_URL", workspace: "default" }];
  readonly asked: Request[] = [];

  readonly request = async (address: string, init: RequestInit): Promise<Response> => {
    const url = new URL(address);
    const path = url.pathname.split("/dd-jupyter/")[1] ?? "";
    const query = url.searchParams;
    this.asked.push({
      method: init.method ?? "GET",
      path,
      query,
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    });
    await this.gate;
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    const { refusal } = this;
    if (refusal && path.startsWith(refusal.path)) return reply(refusal.status, { message: refusal.message });
    return reply(200, this.answer(path, query));
  };

  /** How often that was asked. */
  count(path: string): number {
    return this.asked.filter((request) => request.path === path).length;
  }

  private answer(path: string, query: URLSearchParams): unknown {
    const limit = Number(query.get("limit"));
    if (path === "runs") {
      return { runs: this.runs.slice(0, limit), problem: this.problem, more: this.runs.length > limit };
    }
    if (path === "deployments") return { chosen: HERE, deployments: this.deployments };
    if (path === "connection") {
      return {
        base_url: query.get("deployment") ?? HERE,
        workspace: query.get("workspace") ?? "default",
        workspaces: this.problem ? [] : this.workspaces,
        identity: "nobody",
        version: "0.3.0",
        reachable: !this.problem,
        runs_jobs: true,
        problem: this.problem,
      };
    }
    return { text: "NeMo Services were asked." };
  }
}

const reply = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
