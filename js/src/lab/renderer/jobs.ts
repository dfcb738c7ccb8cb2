/** The jobs of saved outputs, each followed once a page however many outputs show it. */
import type { JobLiveView } from "../../wire/wire";
import { type Followed, follow } from "../followed";
import { pathOf } from "../server";

/** More are not asked for at a time: the server holds as many. */
export const MOST_JOBS = 16;

/** An output that is scrolled away and back is taken out of the page and put in again: it is shown as last seen. */
const LINGER_MS = 30_000;

/** As the server takes them; nothing that would lead elsewhere in an address. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9@._+-]{0,99}$/;
const MOST_OF_A_URL = 1000;

export interface Place {
  path: string;
  deployment: string;
}

/** Where a job is asked for; undefined for names that none has. A notebook says what they are. */
export function placeOf({ workspace, job_name, deployment }: JobLiveView): Place | undefined {
  const isUrl = /^https?:\/\/[^\s@]+$/i.test(deployment) && URL.canParse(deployment);
  if (!isUrl || deployment.length > MOST_OF_A_URL || !NAME.test(workspace) || !NAME.test(job_name)) {
    return undefined;
  }
  return { path: pathOf("jobs", workspace, job_name), deployment };
}

interface Shared {
  followed: Followed;
  holders: number;
  letGo: ReturnType<typeof setTimeout> | undefined;
}

export class Jobs {
  private readonly shared = new Map<string, Shared>();

  /** Whether it is followed already, or was a moment ago. */
  has({ path, deployment }: Place): boolean {
    return this.shared.has(`${path} ${deployment}`);
  }

  /** Follows a job; undefined where too many others are. Who holds it lets it go. */
  hold({ path, deployment }: Place): { followed: Followed; letGo(): void } | undefined {
    const name = `${path} ${deployment}`;
    let found = this.shared.get(name);
    if (!found) {
      if (this.shared.size >= MOST_JOBS) this.dropIdle();
      if (this.shared.size >= MOST_JOBS) return undefined;
      found = { followed: follow(path, deployment), holders: 0, letGo: undefined };
      this.shared.set(name, found);
    }
    const held = found;
    if (held.letGo !== undefined) held.followed.refresh();
    clearTimeout(held.letGo);
    held.letGo = undefined;
    held.holders++;
    return {
      followed: held.followed,
      letGo: () => {
        if (--held.holders > 0) return;
        held.followed.rest();
        held.letGo = setTimeout(() => this.drop(name), LINGER_MS);
      },
    };
  }

  private dropIdle() {
    for (const [name, { holders }] of this.shared) if (holders === 0) this.drop(name);
  }

  private drop(name: string) {
    clearTimeout(this.shared.get(name)?.letGo);
    this.shared.get(name)?.followed.close();
    this.shared.delete(name);
  }
}
