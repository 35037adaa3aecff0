/**
 * What a token may do, in words: the four permissions, the presets made of them, and how a list row reads.
 * The API takes an empty list as "everything", so nothing in here ever turns an empty choice into a request.
 */
/** @import { Access } from "../types/ipc" */

/** @typedef {"create" | "read" | "update" | "delete"} Verb */

/** In the order they are shown and sent. @type {readonly { verb: Verb, title: string, allows: string }[]} */
export const VERBS = [
  { verb: "create", title: "Create", allows: "Add agents, pipelines, core instances" },
  { verb: "read", title: "Read", allows: "See everything in the project" },
  { verb: "update", title: "Update", allows: "Change what exists" },
  { verb: "delete", title: "Delete", allows: "Remove what exists, for good" },
];

/** @typedef {"as-is" | "read-only" | "team" | "manager" | "full" | "custom"} PresetId */

/** @type {readonly { id: PresetId, title: string, verbs: readonly Verb[] | null, tip: string }[]} */
export const PRESETS = [
  { id: "read-only", title: "Read only", verbs: ["read"], tip: "Read" },
  { id: "team", title: "Team", verbs: ["read", "update"], tip: "Read and update" },
  { id: "manager", title: "Manager", verbs: ["create", "read", "update"], tip: "Create, read and update" },
  {
    id: "full",
    title: "Full access",
    verbs: ["create", "read", "update", "delete"],
    tip: "Create, read, update and delete, each by name",
  },
  { id: "custom", title: "Custom", verbs: null, tip: "Whatever is ticked below" },
];

/** A token without a list of permissions may do everything: kept so, never sent so. */
export const EVERYTHING = "Full access, also of permissions added later.";

export const NOTHING_TICKED =
  "Tick at least one. A token with no permissions listed would be allowed everything.";

/**
 * @param {ReadonlySet<Verb>} ticked
 * @returns {PresetId}
 */
export function presetOf(ticked) {
  const match = PRESETS.find(
    ({ verbs }) => verbs !== null && verbs.length === ticked.size && verbs.every((verb) => ticked.has(verb)),
  );
  return match ? match.id : "custom";
}

/**
 * What goes to the server: each by name, never an empty list.
 * @param {ReadonlySet<Verb>} ticked
 * @param {readonly string[]} [kept] permissions the app does not know, which stay as they are
 * @returns {string[] | null} null when nothing is ticked and so nothing may be sent
 */
export function toSend(ticked, kept = []) {
  const list = [...VERBS.filter(({ verb }) => ticked.has(verb)).map(({ verb }) => `${verb}:*`), ...kept];
  return list.length === 0 ? null : list;
}

/**
 * "It can read and update. It cannot create or delete."
 * @param {ReadonlySet<Verb>} ticked
 * @param {readonly string[]} [kept]
 */
export function sentence(ticked, kept = []) {
  const can = VERBS.map(({ verb }) => verb).filter((verb) => ticked.has(verb));
  const cannot = VERBS.map(({ verb }) => verb).filter((verb) => !ticked.has(verb));
  const also = kept.length === 0 ? "" : ` It keeps ${join(kept, "and")}.`;
  if (can.length === 0 && kept.length === 0) return NOTHING_TICKED;
  if (cannot.length === 0) return `It can create, read, update and delete everything in this project.${also}`;
  const canText = can.length === 0 ? "" : `It can ${join(can, "and")}. `;
  return `${canText}It cannot ${join(cannot, "or")}.${also}`;
}

/**
 * What a token's permissions are, as the server lists them.
 * @param {Access} access
 * @returns {string[]}
 */
export function listed(access) {
  if (access.kind === "some") return access.permissions;
  if (access.kind === "unreadable" || !access.named) return [];
  return [...VERBS.map(({ verb }) => `${verb}:*`), ...access.others];
}

/**
 * @param {readonly string[]} permissions
 * @returns {{ verbs: Verb[], kept: string[] }} those that can be ticked, and those the app does not know
 */
export function parted(permissions) {
  const verbs = VERBS.filter(({ verb }) => permissions.includes(`${verb}:*`)).map(({ verb }) => verb);
  const kept = permissions.filter((one) => !VERBS.some(({ verb }) => one === `${verb}:*`));
  return { verbs, kept };
}

/**
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 */
export function sameList(a, b) {
  return a.length === b.length && [...a].sort().join("\n") === [...b].sort().join("\n");
}

/**
 * @param {readonly string[]} words
 * @param {string} last
 */
function join(words, last) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/**
 * Known permissions lose their ":*"; one this app has never heard of is shown exactly as the server wrote it.
 * @param {string} permission
 */
export function permissionLabel(permission) {
  return VERBS.find(({ verb }) => permission === `${verb}:*`)?.verb ?? permission;
}

/**
 * @param {readonly string[]} permissions
 */
export function inOrder(permissions) {
  const rank = (/** @type {string} */ permission) => {
    const at = VERBS.findIndex(({ verb }) => permission === `${verb}:*`);
    return at < 0 ? VERBS.length : at;
  };
  return [...permissions].sort((a, b) => rank(a) - rank(b));
}

/**
 * @param {Access} access
 */
export function accessTooltip(access) {
  switch (access.kind) {
    case "full":
      return access.named
        ? `All four permissions are listed by name: ${["create", "read", "update", "delete", ...access.others].join(", ")}.`
        : "The token has no list of permissions, which means all of them. It also covers permissions added later.";
    case "some":
      return inOrder(access.permissions).map(permissionLabel).join(", ");
    case "unreadable":
      return "The server sent permissions in a form this app cannot read.";
  }
}
