/**
 * Turns times, counts and suffixes into what a person reads. Times are milliseconds since 1970, as the contract
 * sends them.
 */
import { perLocale, t } from "./language.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 30.4375 * DAY;
const YEAR = 365.25 * DAY;

/** By so much a clock may be ahead without anybody having noticed. */
const SLACK = 5 * MINUTE;
/** Some servers write a date of year 1 where they know none. */
const AFTER_YEAR_ONE = Date.parse("0002-01-01T00:00:00Z");

const days = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const spans = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "always" }));
const exact = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long" }),
);
const moments = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
);
const clocks = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: "short" }));
const counts = perLocale((locale) => new Intl.NumberFormat(locale));
const units = perLocale((locale) => ({
  second: new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "long" }),
  minute: new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "long" }),
  hour: new Intl.NumberFormat(locale, { style: "unit", unit: "hour", unitDisplay: "long" }),
  day: new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }),
}));

const sizes = perLocale((locale) => {
  const unit = (/** @type {string} */ name, digits = 0) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, maximumFractionDigits: digits });
  return { kilobyte: unit("kilobyte"), megabyte: unit("megabyte"), gigabyte: unit("gigabyte", 1) };
});

const readable = (/** @type {number | null} */ at) =>
  at !== null && at >= AFTER_YEAR_ONE && !Number.isNaN(new Date(at).getTime());

/**
 * "2 hours ago". "Yesterday" is only said of the calendar's yesterday; longer spans are counted, because
 * "last month" would be untrue of something 58 days old.
 * @param {number | null} at
 * @param {number} [now]
 */
export function relativeTime(at, now = Date.now()) {
  if (at === null || !readable(at)) return t("time.unknown");
  const span = at - now;
  const size = Math.abs(span);
  const in_ = (/** @type {number} */ unit) => Math.trunc(span / unit);
  // What has just been made by a clock that is ahead is not in the future.
  if (size < MINUTE || (span > 0 && span <= SLACK)) return days().format(0, "second");
  if (size < HOUR) return spans().format(in_(MINUTE), "minute");
  if (size < DAY) return spans().format(in_(HOUR), "hour");
  if (size < WEEK) return days().format(calendarDays(at, now), "day");
  if (size < MONTH) return spans().format(in_(WEEK), "week");
  if (size < YEAR) return spans().format(in_(MONTH), "month");
  return spans().format(in_(YEAR), "year");
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
  if (at === null || !readable(at)) return t("time.unreadable");
  return exact().format(new Date(at));
}

/** "3 Nov 2026, 14:02": beside something else. @param {number | null} at */
export const shortTime = (at) =>
  at !== null && readable(at) ? moments().format(new Date(at)) : t("time.unknown");

/**
 * "today, 14:02", "yesterday, 14:02", "3 Nov 2026, 14:02": the time of something that happened.
 * @param {number} at
 * @param {number} [now]
 */
export function clockTime(at, now = Date.now()) {
  const day = calendarDays(at, now);
  if (day !== 0 && day !== -1) return moments().format(new Date(at));
  return t("time.dayAt", { day: days().format(day, "day"), time: clocks().format(new Date(at)) });
}

/**
 * "12 s", "3 min", "2 h", "4 days": short enough for the status bar.
 * @param {number} span
 */
export function shortSpan(span) {
  const size = Math.max(0, span);
  if (size < MINUTE) return t("span.seconds", { count: Math.floor(size / 1000) });
  if (size < HOUR) return t("span.minutes", { count: Math.floor(size / MINUTE) });
  if (size < 2 * DAY) return t("span.hours", { count: Math.floor(size / HOUR) });
  return t("span.days", { count: Math.floor(size / DAY) });
}

/**
 * "a moment", "2 minutes", for the middle of a sentence.
 * @param {number} span
 */
export function longSpan(span) {
  const size = Math.max(0, span);
  if (size < MINUTE) return t("span.moment");
  if (size < HOUR) return units().minute.format(Math.floor(size / MINUTE));
  if (size < 2 * DAY) return units().hour.format(Math.floor(size / HOUR));
  return units().day.format(Math.floor(size / DAY));
}

/**
 * "30 seconds", "1 minute", "1 hour": a time that can be chosen, in its largest whole unit.
 * @param {number} seconds
 */
export function exactSpan(seconds) {
  if (seconds % 3600 === 0) return units().hour.format(seconds / 3600);
  if (seconds % 60 === 0) return units().minute.format(seconds / 60);
  return units().second.format(seconds);
}

/** The first formatter has the data of all languages read, which takes a while: before anything waits for it. */
export function prepareFormats() {
  counts();
  spans();
}

/**
 * @param {number} count
 */
export function number(count) {
  return counts().format(count);
}

/**
 * "56 MB": in the unit that people read, of a thousand each.
 * @param {number} bytes
 */
export function byteSize(bytes) {
  const { kilobyte, megabyte, gigabyte } = sizes();
  if (bytes < 1e6) return kilobyte.format(Math.ceil(bytes / 1e3));
  return bytes < 1e9 ? megabyte.format(bytes / 1e6) : gigabyte.format(bytes / 1e9);
}

/**
 * The end of a token's value: all tokens start alike, so only the last characters tell them apart.
 * @param {string | null} suffix
 */
export function shortSuffix(suffix) {
  return suffix === null ? t("suffix.hidden") : `…${suffix}`;
}

/**
 * @param {string | null} suffix
 */
export function maskedValue(suffix) {
  return `••••••••••••${suffix ?? ""}`;
}
