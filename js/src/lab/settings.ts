/** What a person sets of our extension, with its defaults; `js/schema/plugin.json` says what each means. */
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import { Token } from "@lumino/coreutils";

export const PLUGIN = "dd-jupyter:plugin";

export interface Settings {
  readonly baseUrl: string;
  readonly workspace: string;
  readonly pollSeconds: number;
  readonly defaultRecords: number;
  readonly notifications: boolean;
}

const DEFAULTS: Settings = {
  baseUrl: "",
  workspace: "",
  pollSeconds: 5,
  defaultRecords: 10,
  notifications: true,
};

/** The settings as they are now, whenever they change. */
export class LiveSettings {
  #now = DEFAULTS;
  readonly #listeners = new Set<() => void>();

  get now(): Settings {
    return this.#now;
  }

  /** Gives a way to end it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads them, and goes on reading them; without a registry, or when they cannot be read, the defaults hold. */
  async load(registry: ISettingRegistry | null): Promise<void> {
    const found = await registry?.load(PLUGIN);
    if (!found) return;
    const read = () => {
      this.#now = { ...DEFAULTS, ...(found.composite as Partial<Settings>) };
      for (const listener of this.#listeners) listener();
    };
    found.changed.connect(read);
    read();
  }
}

/** By this other plugins have them. */
export const ISettings = new Token<LiveSettings>("dd-jupyter:ISettings", "Settings of dd_jupyter.");
