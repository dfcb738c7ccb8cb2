/** Our server extension, asked as JupyterLab asks its server: authenticated, with the XSRF token. */
import { URLExt } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";
import type { Ask, Asks, Replies, Source } from "../view/source";
import type { Wire } from "../wire/wire";

/** What is asked for by these paths, and by those of runs and jobs. */
export type Answers = Wire["server"];

/** The server refused, in its own sentence; or it was not reached, with status 0. */
export class ServerError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

type Query = Record<string, string | number | undefined>;

/** Reads; `path` is below our own, and its parts are escaped: see `pathOf`. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return request<T>(path, query, { method: "GET", ...(signal && { signal }) });
}

/** Changes something; only ever after a click. */
export function post<T>(path: string, query: Query = {}, body: unknown = {}): Promise<T> {
  return request<T>(path, query, { method: "POST", body: JSON.stringify(body) });
}

/** A path of such parts, whatever is in them. */
export function pathOf(...parts: string[]): string {
  return parts.map(encodeURIComponent).join("/");
}

async function request<T>(path: string, query: Query, init: RequestInit): Promise<T> {
  const settings = ServerConnection.makeSettings();
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const asked = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const address = `${URLExt.join(settings.baseUrl, "dd-jupyter", path)}${given.length ? `?${asked}` : ""}`;
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(address, init, settings);
  } catch (error) {
    if (init.signal?.aborted) throw new DOMException("No longer needed", "AbortError");
    throw new ServerError(
      `The Jupyter server does not answer. ${error instanceof Error ? error.message : ""}`.trim(),
      0,
    );
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new ServerError(sentence(answer) ?? unknown(response.status), response.status);
  return answer as T;
}

function sentence(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("message" in answer)) return undefined;
  return typeof answer.message === "string" && answer.message !== "" ? answer.message : undefined;
}

function unknown(status: number): string {
  return status === 404
    ? "The Jupyter server has no dd_jupyter extension. Enable it with `jupyter server extension enable dd_jupyter.server`, and restart the server."
    : `The Jupyter server answered with ${status}. Its log has more.`;
}

const READ = new Set<keyof Asks>([
  "rows",
  "record",
  "text",
  "profile",
  "generator",
  "failures",
  "resources",
  "log",
]);
/** What changes something, and where. */
const ACTS: Partial<Record<keyof Asks, string>> = { stop: "cancel", sample: "sample", download: "download" };

/** A job, or a run of this machine, as a source: below `path`, in that deployment. */
export function serverSource(path: string, deployment: string): Omit<Source, "hear"> {
  function answer<Op extends keyof Asks>(asked: Ask<Op>, signal?: AbortSignal): Promise<Replies[Op]> {
    if (READ.has(asked.op)) return get(`${path}/answer`, { ask: JSON.stringify(asked), deployment }, signal);
    const act = ACTS[asked.op];
    if (act) return post(`${path}/${act}`, { deployment }, "folder" in asked ? { folder: asked.folder } : {});
    return Promise.reject(
      new Error("This needs a kernel: attach the job in a notebook, and do it in the view there."),
    );
  }
  return {
    offers: (op) => READ.has(op) || op in ACTS,
    // Never late: what a view says then is of a kernel that is busy.
    ask: (asked, { signal } = {}) => answer(asked, signal),
  };
}
