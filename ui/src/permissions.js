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

/** @typedef {"read-only" | "team" | "manager" | "full" | "custom"} PresetId */

/** @type {readonly { id: PresetId, title: string, verbs: readonly Verb[] | null }[]} */
export const PRESETS = [
  { id: "read-only", title: "Read only", verbs: ["read"] },
  { id: "team", title: "Team", verbs: ["read", "update"] },
  { id: "manager", title: "Manager", verbs: ["create", "read", "update"] },
  { id: "full", title: "Full access", verbs: ["create", "read", "update", "delete"] },
  { id: "custom", title: "Custom", verbs: null },
];

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
 * @returns {string[] | null} null when nothing is ticked and so nothing may be sent
 */
export function toSend(ticked) {
  const verbs = VERBS.filter(({ verb }) => ticked.has(verb));
  return verbs.length === 0 ? null : verbs.map(({ verb }) => `${verb}:*`);
}

/**
 * "It can read and update. It cannot create or delete."
 * @param {ReadonlySet<Verb>} ticked
 */
export function sentence(ticked) {
  const can = VERBS.map(({ verb }) => verb).filter((verb) => ticked.has(verb));
  const cannot = VERBS.map(({ verb }) => verb).filter((verb) => !ticked.has(verb));
  if (can.length === 0) return NOTHING_TICKED;
  if (cannot.length === 0) return "It can create, read, update and delete everything in this project.";
  return `It can ${join(can, "and")}. It cannot ${join(cannot, "or")}.`;
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
        ? "All four permissions are listed by name: create, read, update, delete."
        : "The token has no list of permissions, which means all of them. It also covers permissions added later.";
    case "some":
      return inOrder(access.permissions).map(permissionLabel).join(", ");
    case "unreadable":
      return "The server sent permissions in a form this app cannot read.";
  }
}
