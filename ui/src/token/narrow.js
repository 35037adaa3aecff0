/**
 * Narrowing a token to Read, and the offer to undo it. It shows what would break if the token were revoked and, other than
 * revoking, it can be taken back.
 */
/** @import { Connection, Problem, Row, RowAccess, UpdateOutcome } from "../../types/ipc" */

import { updateToken } from "../ipc.js";
import { actionToast, doubtToast, failureActionToast, toast } from "../shared/announce.js";
import { copyDetailsButton } from "../shared/copy-details.js";
import { h, userText } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { t, tNodes } from "../shared/language.js";
import {
  hasNoList,
  inWords,
  isGranted,
  isReadOnly,
  listed,
  parted,
  READ_ONLY,
  VERBS,
} from "../shared/permissions.js";
import { isUnsure } from "../shared/problems.js";
import { whileSignedIn } from "../sign-in/sign-in.js";

/**
 * @param {Connection} connection
 * @param {Row} row the token as it was last read
 * @param {readonly string[]} permissions
 * @returns {Promise<UpdateOutcome>}
 */
const setPermissions = (connection, row, permissions) =>
  updateToken({
    connection: connection.id,
    id: row.id,
    name: null,
    permissions: [...permissions],
    expected: { name: row.name, permissions: listed(row.access) },
  });

/** @typedef {"narrowed" | "changedElsewhere" | "otherPermissions"} Narrowed how a request to narrow a token ended */

/**
 * @param {Connection} connection
 * @param {Row} row
 * @returns {Promise<{ result: Narrowed, row: Row }>} the token as it is now
 */
export async function narrowToRead(connection, row) {
  const outcome = await setPermissions(connection, row, READ_ONLY);
  // A request whose response was lost may have narrowed it before.
  if (isReadOnly(outcome.row.access)) return { result: "narrowed", row: outcome.row };
  const isChanged = outcome.outcome === "changed_elsewhere";
  return { result: isChanged ? "changedElsewhere" : "otherPermissions", row: outcome.row };
}

/** What narrowing is for, and how far it can be taken back. @param {RowAccess} access */
export function narrowHelp(access) {
  const { kept } = parted(listed(access));
  if (hasNoList(access)) return `${t("narrow.why")} ${t("narrow.backNoList")}`;
  if (kept.length === 0) return `${t("narrow.why")} ${t("narrow.back")}`;
  return `${t("narrow.why")} ${t("narrow.backUnknown", { permissions: inWords(kept) })}`;
}

/**
 * @typedef {object} UndoHooks
 * @property {() => boolean} isWanted whether the list that the token is in is still on screen
 * @property {() => void} onChanged
 * @property {() => void} onMissing the token is no longer on the server
 * @property {() => void} onUnsure the permissions may have been restored, so that the list must be loaded again
 */

/**
 * Says that a token was narrowed, and offers to undo it.
 * @param {Connection} connection
 * @param {Row} row as it is now
 * @param {RowAccess} former what it had before
 * @param {UndoHooks} hooks
 * @returns {() => void} takes the offer away
 */
export function offerUndo(connection, row, former, hooks) {
  const name = userText(row.name);
  let withdraw = actionToast(undo(), ...tNodes("narrow.done", { name }));

  /** @returns {import("../shared/announce.js").ToastAction} */
  function undo() {
    return { label: t("action.undo"), busyLabel: t("narrow.undoing"), act };
  }

  async function act() {
    // An empty list would mean everything, and the app never sends one.
    const permissions = hasNoList(former) ? VERBS.map((verb) => `${verb}:*`) : listed(former);
    try {
      const send = () => setPermissions(connection, row, permissions);
      settle(await whileSignedIn(connection, send, hooks.isWanted), permissions);
    } catch (reason) {
      fail(asProblem(reason));
    }
  }

  /** @param {UpdateOutcome} outcome @param {readonly string[]} asked */
  function settle(outcome, asked) {
    hooks.onChanged();
    const now = { name: userText(outcome.row.name) };
    const isRestored = isGranted(outcome.row.access, asked);
    if (isRestored) toast(...tNodes(hasNoList(former) ? "narrow.undoneNoList" : "narrow.undone", now));
    else if (outcome.outcome === "changed_elsewhere") doubtToast(...tNodes("narrow.undoChanged", now));
    else doubtToast(...tNodes("edit.savedPermissions", now));
  }

  /** @param {Problem} problem */
  function fail(problem) {
    if (problem.code === "not_found") return hooks.onMissing();
    if (isUnsure(problem)) {
      const reloads = hooks.isWanted() ? [" ", t("list.reloaded")] : [];
      doubtToast(...tNodes("narrow.mayBeUndone", { name: userText(row.name) }), ...reloads);
      return hooks.onUnsure();
    }
    if (!hooks.isWanted()) return;
    const title = h("span", {}, ...tNodes("narrow.notUndone", { name: userText(row.name) }));
    const details = copyDetailsButton(problem, { doing: "changing", small: true });
    withdraw = failureActionToast(undo(), title, oneLine(problem, "changing"), details);
  }

  return () => withdraw();
}
