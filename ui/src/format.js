/**
 * Turns times, counts and tails into what a person reads. Times are milliseconds since 1970, as the contract
 * sends them. A time that stands alone follows the person's locale; one inside an English sentence is English.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 30.4375 * DAY;
const YEAR = 365.25 * DAY;

const days = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const spans = new Intl.RelativeTimeFormat(undefined, { numeric: "always" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "long" });
const counts = new Intl.NumberFormat();

/** The language relative times are written in, for the `lang` of the element that shows one. */
export const timeLanguage = spans.resolvedOptions().locale;

const readable = (/** @type {number | null} */ at) => at !== null && !Number.isNaN(new Date(at).getTime());

/**
 * "2 hours ago". "Yesterday" is only said of the calendar's yesterday; longer spans are counted, because
 * "last month" would be untrue of something 58 days old.
 * @param {number | null} at
 * @param {number} [now]
 */
export function relativeTime(at, now = Date.now()) {
  if (at === null || !readable(at)) return "unknown date";
  const span = at - now;
  const size = Math.abs(span);
  const in_ = (/** @type {number} */ unit) => Math.trunc(span / unit);
  if (size < MINUTE) return days.format(0, "second");
  if (size < HOUR) return spans.format(in_(MINUTE), "minute");
  if (size < DAY) return spans.format(in_(HOUR), "hour");
  if (size < WEEK) return days.format(calendarDays(at, now), "day");
  if (size < MONTH) return spans.format(in_(WEEK), "week");
  if (size < YEAR) return spans.format(in_(MONTH), "month");
  return spans.format(in_(YEAR), "year");
}

/**
 * @param {number} at
 * @param {number} now
 */
function calendarDays(at, now) {
  const midnight = (/** @type {number} */ time) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(at) - midnight(now)) / DAY);
}

/**
 * @param {number | null} at
 */
export function exactTime(at) {
  if (at === null || !readable(at)) return "The server sent no readable date.";
  return exact.format(new Date(at));
}

/**
 * "12 s", "3 min", "2 h", "4 days": short enough for the status bar.
 * @param {number} span
 */
export function shortSpan(span) {
  const size = Math.max(0, span);
  if (size < MINUTE) return `${Math.floor(size / 1000)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < 2 * DAY) return `${Math.floor(size / HOUR)} h`;
  return `${Math.floor(size / DAY)} days`;
}

/**
 * "a moment", "2 minutes", for the middle of a sentence.
 * @param {number} span
 */
export function longSpan(span) {
  const size = Math.max(0, span);
  if (size < MINUTE) return "a moment";
  /** @type {[number, string]} */
  const [unit, word] = size < HOUR ? [MINUTE, "minute"] : size < 2 * DAY ? [HOUR, "hour"] : [DAY, "day"];
  const count = Math.floor(size / unit);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/**
 * @param {number} expiresAt
 * @param {number} [now]
 */
export function timeLeft(expiresAt, now = Date.now()) {
  return expiresAt > now ? `${shortSpan(expiresAt - now)} left` : "expired";
}

/**
 * @param {number} count
 */
export function number(count) {
  return counts.format(count);
}

/**
 * "1 token", "1,234 tokens".
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * The end of a token's value: all tokens start alike, so only the last characters tell them apart.
 * @param {string | null} tail
 */
export function shortTail(tail) {
  return tail === null ? "hidden by the server" : `…${tail}`;
}

/**
 * @param {string | null} tail
 */
export function maskedValue(tail) {
  return `••••••••••••${tail ?? ""}`;
}
