/** When something was, in words. */
import { clock } from "../../view/words";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** After this the date says more than a number of days. */
const LONG_AGO = 7 * DAY;

/** "just now", "3 min ago", "2 h ago", "4 d ago", "3 Nov", "3 Nov 2025"; "" while unknown. */
export function ago(written: string, now: number): string {
  const at = Date.parse(written);
  if (Number.isNaN(at)) return "";
  const seconds = Math.max(0, now - at) / 1000;
  if (seconds < MINUTE) return "just now";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  if (seconds < LONG_AGO) return `${Math.floor(seconds / DAY)} d ago`;
  const [day, year] = [new Date(at), new Date(now).getFullYear()];
  return day.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(day.getFullYear() !== year && { year: "numeric" }),
  });
}

/** "Started 2026-11-21 14:02:11, ended 2026-11-21 14:05:01 after 2:50"; in the time of the person. */
export function span(started: string, ended: string): string {
  if (!moment(started)) return "";
  if (!moment(ended)) return `Started ${moment(started)}`;
  const seconds = (Date.parse(ended) - Date.parse(started)) / 1000;
  return `Started ${moment(started)}, ended ${moment(ended)} after ${clock(seconds)}`;
}

function moment(written: string): string {
  const at = Date.parse(written);
  return Number.isNaN(at) ? "" : new Date(at).toLocaleString("sv-SE");
}
