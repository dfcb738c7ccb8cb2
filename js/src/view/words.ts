/** How numbers and times are written: the same as in dd_jupyter/display/words.py. */

/** 5,310 */
export const count = (n: number) => n.toLocaleString("en-US");

/** 0:07, 2:33, 1:02:03; only whole seconds that have passed count. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** "2 s left", "2:33 left"; "" while unknown. */
export function left(seconds: number | null): string {
  if (seconds === null) return "";
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s left` : `${clock(whole)} left`;
}

/** "1.2/s", "1,204/s", "3.0/min"; "" while unknown. */
export function rate(perSecond: number | null): string {
  if (perSecond === null || perSecond <= 0) return "";
  if (perSecond < 0.1) return `${(perSecond * 60).toFixed(1)}/min`;
  return `${perSecond < 100 ? perSecond.toFixed(1) : count(Math.round(perSecond))}/s`;
}
