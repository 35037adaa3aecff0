/**
 * What a token may do, in words: the four permissions, the presets made of them, and how a list row reads.
 * The API takes an empty list as "everything", so nothing in here ever turns an empty choice into a request.
 */
/** @import { RowAccess } from "../../types/ipc" */

import { perLocale, t } from "./language.js";

/** @typedef {"create" | "read" | "update" | "delete"} Verb */

/** In the order they are shown and sent. @type {readonly Verb[]} */
export const VERBS = ["create", "read", "update", "delete"];

/** Nothing but Read. @type {readonly string[]} */
export const READ_ONLY = ["read:*"];

/** @typedef {"as-is" | "readOnly" | "team" | "manager" | "full" | "custom"} PresetId */

/** @type {readonly { id: Exclude<PresetId, "as-is">, verbs: readonly Verb[] | null }[]} */
export const PRESETS = [
  { id: "readOnly", verbs: ["read"] },
  { id: "team", verbs: ["read", "update"] },
  { id: "manager", verbs: ["create", "read", "update"] },
  { id: "full", verbs: VERBS },
  { id: "custom", verbs: null },
];

/** "a, b and c": in English without a comma before the last. */
const both = perLocale((locale) => new Intl.ListFormat(plain(locale), { type: "conjunction" }));
/** "create, update or delete" @param {string[]} names */
const anyOf = (names) => [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(t("can.or"));
const plain = (/** @type {string} */ locale) => (locale.startsWith("en") ? "en-GB" : locale);

/**
 * @param {ReadonlySet<Verb>} selected
 * @returns {PresetId}
 */
export function presetOf(selected) {
  const match = PRESETS.find(
    ({ verbs }) =>
      verbs !== null && verbs.length === selected.size && verbs.every((verb) => selected.has(verb)),
  );
  return match ? match.id : "custom";
}

/**
 * What goes to the server: each by name, never an empty list.
 * @param {ReadonlySet<Verb>} selected
 * @param {readonly string[]} [kept] permissions the app does not know, which stay as they are
 * @returns {string[] | null} null when nothing is selected and so nothing may be sent
 */
export function toSend(selected, kept = []) {
  const list = [...VERBS.filter((verb) => selected.has(verb)).map((verb) => `${verb}:*`), ...kept];
  return list.length === 0 ? null : list;
}

/**
 * "It can read and update. It cannot create or delete."
 * @param {ReadonlySet<Verb>} selected
 * @param {readonly string[]} [kept]
 */
export function sentence(selected, kept = []) {
  const names = (/** @type {Verb[]} */ verbs) => verbs.map((verb) => t(`verb.${verb}`));
  const can = names(VERBS.filter((verb) => selected.has(verb)));
  const cannot = names(VERBS.filter((verb) => !selected.has(verb)));
  if (can.length === 0 && kept.length === 0) return noPermissions();
  const parts = [];
  if (cannot.length === 0) parts.push(t("can.all"));
  else if (can.length > 0) parts.push(t("can.can", { verbs: both().format(can) }));
  // What the app does not know may allow it after all.
  if (cannot.length > 0 && kept.length === 0) parts.push(t("can.cannot", { verbs: anyOf(cannot) }));
  if (kept.length > 0) parts.push(t("can.keeps", { permissions: both().format(kept) }));
  return parts.join(" ");
}

const noPermissions = () => `${t("error.no_permissions.title")} ${t("error.no_permissions.next")}`;

/**
 * What a token's permissions are, as the server lists them.
 * @param {RowAccess} access
 * @returns {string[]}
 */
export function listed(access) {
  if (access.kind === "some") return access.permissions;
  if (access.kind === "unreadable" || !access.named) return [];
  return [...VERBS.map((verb) => `${verb}:*`), ...access.others];
}

/**
 * @param {readonly string[]} permissions
 * @returns {{ verbs: Verb[], kept: string[] }} those that can be selected, and those the app does not know
 */
export function parted(permissions) {
  const verbs = VERBS.filter((verb) => permissions.includes(`${verb}:*`));
  const kept = permissions.filter((one) => !VERBS.some((verb) => one === `${verb}:*`));
  return { verbs, kept };
}

/**
 * What a token can do, as the server lists it.
 * @param {RowAccess} access
 */
export function accessSentence(access) {
  if (access.kind === "unreadable") return "";
  if (access.kind !== "some" && !access.named) return t("can.everything");
  const { verbs, kept } = parted(listed(access));
  return sentence(new Set(verbs), kept);
}

/** Whether a list names all four. @param {readonly string[] | null} permissions */
export const namesAll = (permissions) =>
  permissions !== null && VERBS.every((verb) => permissions.includes(`${verb}:*`));

/** @typedef {"narrowable" | "readOnly" | "noRead" | "unreadable"} Narrowing */

/**
 * Whether a token can be narrowed to Read: only one that has Read and more. Otherwise why not.
 * @param {RowAccess} access
 * @returns {Narrowing}
 */
export function narrowing(access) {
  if (access.kind === "unreadable") return "unreadable";
  if (access.kind === "full") return "narrowable";
  if (!access.permissions.includes("read:*")) return "noRead";
  return isReadOnly(access) ? "readOnly" : "narrowable";
}

/** @param {RowAccess} access */
export const isReadOnly = (access) => sameList(listed(access), READ_ONLY);

/** Whether there is no list of permissions, so that a token has all there are and will be. @param {RowAccess} access */
export const hasNoList = (access) => access.kind === "full" && !access.named;

/**
 * What a token has beyond Read, in words: "create, update and future:x".
 * @param {RowAccess} access
 */
export function beyondRead(access) {
  const { verbs, kept } = hasNoList(access) ? { verbs: VERBS, kept: [] } : parted(listed(access));
  const labels = verbs.filter((verb) => verb !== "read").map((verb) => t(`verb.${verb}`));
  const later = hasNoList(access) ? [t("narrow.addedLater")] : [];
  return inWords([...labels, ...kept, ...later]);
}

/** "a, b and c". @param {readonly string[]} items */
export const inWords = (items) => both().format(items);

/**
 * Whether the server granted what was asked for. All four by name and "everything" are both full access.
 * @param {RowAccess} access
 * @param {readonly string[]} asked
 */
export function isGranted(access, asked) {
  return (namesAll(asked) && access.kind === "full") || sameList(listed(access), asked);
}

/**
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 */
export function sameList(a, b) {
  return a.length === b.length && [...a].sort().join("\n") === [...b].sort().join("\n");
}

/**
 * Known permissions lose their ":*"; one this app has never heard of is shown exactly as the server wrote it.
 * @param {string} permission
 */
export function permissionLabel(permission) {
  const verb = VERBS.find((one) => permission === `${one}:*`);
  return verb ? t(`verb.${verb}`) : permission;
}

/**
 * @param {readonly string[]} permissions
 */
export function inOrder(permissions) {
  const rank = (/** @type {string} */ permission) => {
    const at = VERBS.findIndex((verb) => permission === `${verb}:*`);
    return at < 0 ? VERBS.length : at;
  };
  return [...permissions].sort((a, b) => rank(a) - rank(b));
}

/**
 * @param {RowAccess} access
 */
export function accessTooltip(access) {
  switch (access.kind) {
    case "full":
      return access.named
        ? t("can.listedAll", {
            permissions: [...VERBS.map((verb) => t(`verb.${verb}`)), ...access.others].join(", "),
          })
        : t("can.noList");
    case "some":
      return inOrder(access.permissions).map(permissionLabel).join(", ");
    case "unreadable":
      return t("can.unreadable");
  }
}
