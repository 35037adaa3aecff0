/**
 * What can be done with the tokens of a project: create, copy, edit, revoke. Opens the dialogs, and reports the results to
 * the list and to the user.
 */
/** @import { Connection, ProjectSummary, Row } from "../../types/ipc" */
/** @import { Draft } from "./create.js" */
/** @import { Narrowed } from "./narrow.js" */
/** @import { Like } from "./new-like.js" */
/** @import { Successor } from "./rotate.js" */

import { copyToken } from "../ipc.js";
import { nameOf } from "../list/row.js";
import { announce, doubtToast, failureToast, toast } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { h, userText } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { deleteHint, hint } from "../shared/keys.js";
import { t, tNodes } from "../shared/language.js";
import { openMenu } from "../shared/menu.js";
import { isModalOpen } from "../shared/modal.js";
import { isSignedOut, isStopped } from "../shared/problems.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { copyReport, PENDING_MS } from "./copy-and-close.js";
import { openCopyAs } from "./copy-as.js";
import { openCreate } from "./create.js";
import { openEdit } from "./edit.js";
import { offerUndo } from "./narrow.js";
import { openNarrowMany } from "./narrow-many.js";
import { newLike } from "./new-like.js";
import { openRevoke } from "./revoke.js";
import { openRevokeMany } from "./revoke-many.js";
import { successorOf } from "./rotate.js";
import { rotations } from "./rotations.js";

/**
 * @param {{
 *   connection: Connection,
 *   project: ProjectSummary,
 *   onMade: (row: Row) => void,
 *   onChanged: () => void,
 *   onRemoved: (row: Row) => void,
 *   onFindInFiles: (row: Row) => void,
 *   onReload: () => void,
 *   onPending: () => void,
 *   restoreFocus: (row: Row, control?: HTMLElement) => void,
 *   draft: Draft | null,
 * }} options `draft` of a new token; `onPending` when other rows are being copied than before
 */
export function tokenActions(options) {
  const {
    connection,
    project,
    onMade,
    onChanged,
    onRemoved,
    onFindInFiles,
    onReload,
    onPending,
    restoreFocus,
  } = options;
  let gone = false;
  /** @type {Draft | null} */
  let draft = options.draft;
  /** @type {Set<string>} */
  const copying = new Set();
  /** Those that take so long that their rows say so. @type {Set<string>} */
  const slow = new Set();

  /** @param {Row} row */
  async function copy(row) {
    if (copying.has(row.id)) return;
    copying.add(row.id);
    const { report, isLatest } = copyReport(row.name);
    const pending = window.setTimeout(() => {
      if (gone) return;
      slow.add(row.id);
      onPending();
      announce(t("copy.pending", { name: nameOf(row) }));
    }, PENDING_MS);
    try {
      const copied = await whileSignedIn(
        connection,
        () => copyToken({ connection: connection.id, id: row.id }),
        () => !gone && isLatest(),
      );
      report(copied.clearsAfterSeconds);
    } catch (reason) {
      const problem = asProblem(reason);
      // A later copy took this one's place, or the session ended together with this view.
      if (isStopped(problem) || (gone && isSignedOut(problem))) return;
      problemToast({ ...problem, host: connection.host }, { title: t("copy.failed") });
    } finally {
      window.clearTimeout(pending);
      copying.delete(row.id);
      if (slow.delete(row.id) && !gone) {
        onPending();
        announce("");
      }
    }
  }

  function create() {
    const kept = draft;
    draft = null;
    openCreateDialog({ draft: kept });
  }

  /** What was left in the dialog before stays for the next time. @param {Row} original */
  async function createLike(original) {
    const like = await newLike({ connection, project, original });
    if (!gone && !isModalOpen())
      openCreateDialog({ draft: null, like, restore: () => restoreFocus(original) });
  }

  /** What was left in the dialog for a new token has nothing to do with it. @param {Row} original */
  async function rotate(original) {
    const successor = await successorOf({ connection, project, original });
    if (gone || isModalOpen()) return;
    openCreateDialog({ draft: null, successor, restore: () => restoreFocus(original) });
  }

  /** @param {{ draft: Draft | null, like?: Like, successor?: Successor, restore?: () => void }} start */
  function openCreateDialog(start) {
    openCreate({
      connection,
      project,
      ...start,
      onDraft(left) {
        if (!start.successor) draft = left;
      },
      onMade(row) {
        if (gone) return;
        onMade(row);
        if (start.successor) void pairs.update();
      },
      onUnsure() {
        if (!gone) onReload();
      },
    });
  }

  const pairs = rotations({
    connection,
    project,
    onChange: onPending,
    onRename: (row, name) => edit(row, name),
    onMissing: (row) => reportMissing(row),
    onReload: () => !gone && onReload(),
  });

  /** @param {Row} row @param {string | null} [suggested] another name for it */
  function edit(row, suggested = null) {
    if (row.access.kind === "unreadable") {
      return failureToast(t("edit.impossible"), t("edit.unreadable"));
    }
    openEdit({
      connection,
      project,
      row,
      suggested,
      restore: () => restoreFocus(row),
      onUpdated(updated, stored) {
        if (gone) return;
        withdrawUndo(row.id);
        onChanged();
        const name = userText(updated.name);
        if (stored === "as-sent") toast(...tNodes("edit.saved", { name }));
        else
          doubtToast(
            ...tNodes(stored === "other-name" ? "edit.savedName" : "edit.savedPermissions", { name }),
          );
      },
      onTaken() {
        if (!gone) onChanged();
      },
      onRemoved: () => reportMissing(row),
      onUnsure() {
        if (!gone) onReload();
      },
    });
  }

  /** Somebody else has revoked it. @param {Row} row */
  function reportMissing(row) {
    if (gone) return;
    failureToast(h("span", {}, ...tNodes("edit.gone", { name: userText(row.name) })), t("edit.goneText"));
    removed(row);
    onReload();
  }

  /** The offer to undo that may be on screen: about which token, and what takes it away. */
  let offer = { id: "", withdraw: () => {} };

  /** The token is no longer as it was when that was offered. @param {string} id */
  function withdrawUndo(id) {
    if (offer.id === id) offer.withdraw();
  }

  /** @param {Row} row */
  function removed(row) {
    withdrawUndo(row.id);
    onRemoved(row);
  }

  /**
   * @param {Row} before
   * @param {{ result: Narrowed, row: Row }} outcome
   */
  function reportNarrowed(before, { result, row }) {
    if (gone) return;
    onChanged();
    offer.withdraw();
    const name = userText(row.name);
    if (result === "changedElsewhere") return doubtToast(...tNodes("narrow.changedElsewhere", { name }));
    if (result === "otherPermissions") return doubtToast(...tNodes("edit.savedPermissions", { name }));
    const withdraw = offerUndo(connection, row, before.access, {
      isWanted: () => !gone,
      onChanged: () => !gone && onChanged(),
      onMissing: () => reportMissing(row),
      onUnsure: () => !gone && onReload(),
    });
    offer = { id: row.id, withdraw };
  }

  /**
   * @param {Row} row
   * @param {{ hidden?: Set<string>, onDone?: () => void, restore?: () => void }} [options] `hidden` by the filter
   */
  function revoke(row, { hidden = new Set(), onDone = () => {}, restore = () => restoreFocus(row) } = {}) {
    const pair = pairs.ofOld(row);
    openRevoke({
      connection,
      project,
      row,
      hidden,
      pair,
      restore,
      onRevoked(renamed) {
        if (gone) return;
        if (pair) pairs.decided(pair);
        removed(row);
        if (pair && renamed) pairs.report(row, pair, renamed);
        else toast(...tNodes("revoke.done", { name: userText(row.name) }));
        onDone();
      },
      onNarrowed: (outcome) => reportNarrowed(row, outcome),
      onMissing: () => reportMissing(row),
      onUnsure() {
        if (!gone) onReload();
      },
    });
  }

  /**
   * @param {readonly Row[]} rows
   * @param {{ hidden: Set<string>, onClosed: () => void }} options
   */
  function revokeMany(rows, { hidden, onClosed }) {
    openRevokeMany({
      connection,
      project,
      rows,
      hidden,
      onRevoked(row) {
        if (!gone) removed(row);
      },
      onClosed({ revoked, unsure }) {
        const done = revoked > 0 && t("revokeMany.done", { count: revoked });
        const doubt = unsure > 0 && t(done ? "revokeMany.mayBeMore" : "revokeMany.mayBe", { count: unsure });
        reportMany(done, doubt);
        if (!gone) onClosed();
      },
    });
  }

  /**
   * @param {readonly Row[]} rows
   * @param {{ hidden: Set<string>, onClosed: () => void }} options
   */
  function narrowMany(rows, { hidden, onClosed }) {
    openNarrowMany({
      connection,
      project,
      rows,
      hidden,
      onChanged({ id }) {
        withdrawUndo(id);
        if (!gone) onChanged();
      },
      onMissing(row) {
        if (!gone) removed(row);
      },
      onClosed({ narrowed, unsure }) {
        const done = narrowed > 0 && t("narrowMany.done", { count: narrowed });
        const doubt = unsure > 0 && t("narrowMany.mayBe", { count: unsure });
        reportMany(done, doubt);
        if (!gone) onClosed();
      },
    });
  }

  /**
   * @param {string | false} done
   * @param {string | false} doubt
   */
  function reportMany(done, doubt) {
    const said = [done, doubt, doubt && !gone && t("list.reloaded")].filter((one) => one !== false);
    if (doubt) doubtToast(said.join(" "));
    else if (done) toast(done);
    if (doubt && !gone) onReload();
  }

  /**
   * @param {Row} row
   * @param {HTMLElement} anchor
   * @param {{ x: number, y: number }} [at] where the pointer asked for it
   * @param {boolean} [ownsDelete] whether the Delete key means this row, too: not while others are selected
   */
  function menu(row, anchor, at, ownsDelete = true) {
    const unreadable = row.access.kind === "unreadable";
    const part = pairs.of(row.id);
    const why = unreadable ? t("edit.unreadable") : null;
    openMenu({
      anchor,
      at,
      label: t("row.menu", { name: nameOf(row) }),
      restore: () => restoreFocus(row, anchor),
      items: [
        { label: t("action.copy"), keys: hint("C"), act: () => void copy(row) },
        {
          label: t("action.copyAs"),
          act: () => openCopyAs({ connection, project, row, restore: () => restoreFocus(row) }),
        },
        {
          label: t("action.edit"),
          keys: t("key.enter"),
          act: () => edit(row),
          why,
        },
        { label: t("action.newLike"), act: () => void createLike(row), why },
        { label: t("files.open"), act: () => onFindInFiles(row) },
        ...(part ? pairs.items(part) : [{ label: t("action.rotate"), act: () => void rotate(row), why }]),
        {
          label: t(part?.role === "old" ? "rotate.revokeOld" : "action.revoke"),
          ...(ownsDelete ? { keys: deleteHint() } : {}),
          act: () => revoke(row),
          danger: true,
        },
      ],
    });
  }

  return {
    copy: (/** @type {Row} */ row) => void copy(row),
    /** @param {string} id */
    isCopying: (id) => slow.has(id),
    create,
    edit: (/** @type {Row} */ row) => edit(row),
    /** What the menu offers, too; null for a token that cannot be replaced, or is being replaced. @param {Row} row */
    rotation: (row) => (row.access.kind === "unreadable" || pairs.of(row.id) ? null : () => void rotate(row)),
    revoke,
    revokeMany,
    narrowMany,
    menu,
    pairMark: pairs.mark,
    /** The list has changed. */
    updatePairs: () => void pairs.update(),
    draft: () => draft,
    isCopyingAny: () => copying.size > 0,
    destroy() {
      gone = true;
      pairs.destroy();
      offer.withdraw();
    },
  };
}
