/**
 * Says whose a token is that somebody pasted, or only its id, perhaps because it has leaked, and what can be done about it: find it,
 * ask the server whether it still works, revoke it. Rust keeps the value; the page knows what it says of itself.
 */
/** @import { Connection, FilterPaste, FoundTokenState, KnownConnection, Problem, ProjectSummary, Row } from "../../types/ipc" */

import { checkFoundToken, forgetFoundToken, listConnections, revokeFoundToken } from "../ipc.js";
import { named, pills } from "../list/row.js";
import { announce, toast } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { button, h, uniqueId, userText } from "../shared/dom.js";
import { wordsFor } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { t, tNodes } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { changeBanner, tellAt } from "../shared/notices.js";
import { isStopped, isUnsure } from "../shared/problems.js";
import { formTask } from "../shared/task.js";
import { waitLine } from "../shared/waits.js";
import { connectionLine, whereLine } from "../shared/where.js";
import { whileSignedIn } from "../sign-in/sign-in.js";
import { copyLabelButton } from "./copy-label.js";
import { typedConfirmation } from "./typed-confirmation.js";

/** @typedef {Extract<FilterPaste, { kind: "token" }>} FoundToken */

/** A token of which only the id is known. @type {Row} */
const UNKNOWN = {
  ...{ id: "", name: "", suffix: null, createdAt: null, duplicateName: false },
  access: { kind: "unreadable" },
};

/**
 * The connection it was pasted on. Without an id there is none: the token was pasted where a bearer token belongs.
 * @typedef {import("../shared/where.js").Place & Pick<Connection, "projects"> & { id: string | null }} PastedOn
 */

/**
 * @param {{
 *   connection: PastedOn,
 *   found: FoundToken,
 *   isWhole?: boolean,
 *   restore: () => void,
 *   onRevoke?: (row: Row) => void,
 *   onProject?: (project: ProjectSummary) => void,
 *   onSwitch: (connection: KnownConnection) => void,
 *   rotation?: (row: Row) => (() => void) | null,
 *   onRevoked?: () => void,
 * }} options `isWhole` whether the open list has all tokens of its project; `rotation` replaces a
 *   token, if that can be done; `onRevoked` when it has been revoked with itself
 */
export function openIdentify({
  connection,
  found,
  isWhole = false,
  restore,
  onRevoke = () => {},
  onProject = () => {},
  onSwitch,
  rotation = () => null,
  onRevoked = () => {},
}) {
  const { row } = found;
  /** Without it the server is asked with the person's own credential. */
  const hasValue = found.project !== null;
  /** What the server says of it; its name is unknown until then. */
  let known = row ?? UNKNOWN;
  /** @type {ReturnType<typeof typedConfirmation>} */
  let confirmation = null;
  const titleId = uniqueId("identify");
  const dialog = createDialog({
    className: "dialog narrow",
    labelledBy: titleId,
    isBusy: () => task.isBusy(),
    restore,
    onClose() {
      task.leave();
      // This stops what is done with it, too.
      forgetFoundToken({ connection: connection.id, paste: found.paste }).catch(() => {});
    },
  });
  const project = connection.projects.find(({ id }) => id === found.project) ?? null;
  const whose = h("p", { class: "lead" }, ...whoseNodes({ connection, found, project, isWhole }));
  const facts = h(
    "dl",
    { class: "facts" },
    ...(row ? rowFacts(connection, row) : []),
    ...idFacts(connection, found, project),
  );
  const help = h(
    "p",
    { class: "help" },
    t(hasValue ? "identify.checkHelp" : "identify.checkIdHelp", { server: connection.host }),
  );
  const answer = h("div", { class: "token-state" });
  const notice = h("div", { class: "notice" });
  const check = button(t("identify.check"), () => void ask(checkFoundToken, check, "identify.checking"));
  const close = button(t("action.close"), () => dialog.close());
  const wayOn = h("span", { class: "way-on" });
  const revoke = button(t("action.revoke"), () => revokeIt(), { class: "button danger" });
  // Nothing but a credential shows that an id is a token's.
  revoke.hidden = !row && !hasValue;
  const replace = row && rotation(row);
  if (replace) wayOn.append(button(t("action.rotate"), () => rotateIt(replace)));
  const actions = h("div", { class: "dialog-actions" }, close, wayOn, check, revoke);
  const content = h(
    "div",
    { class: "identify" },
    h("h1", { id: titleId }, t("identify.title")),
    whose,
    facts,
    help,
    answer,
    notice,
    waitLine(),
    actions,
  );
  const task = formTask({
    form: content,
    go: { button: check, label: t("identify.checking") },
    onChange: (busy) => confirmation?.draw(busy),
  });

  async function offerWayOn() {
    if (project) return wayOn.append(go(t("identify.openProject"), () => onProject(project)));
    const others = (await listConnections().catch(() => [])).filter(
      (one) => one.project === found.project && one.id !== connection.id,
    );
    const known = others.find((one) => one.server === connection.server) ?? others[0];
    if (!known || task.isLeft()) return;
    // It is that server's, so this one is not to see it.
    if (known.server !== connection.server) for (const part of [help, check, revoke]) part.hidden = true;
    whose.replaceChildren(...tNodes("identify.otherConnection", { name: userText(known.name) }));
    wayOn.append(go(t("identify.switch"), () => onSwitch(known)));
  }

  /** @param {string} label @param {() => void} act */
  const go = (label, act) =>
    button(label, () => {
      dialog.close();
      act();
    });

  /** @param {() => void} replace */
  function rotateIt(replace) {
    if (task.isBusy()) return;
    dialog.close();
    replace();
  }

  function revokeIt() {
    if (task.isBusy()) return;
    if (!row) return askFirst();
    dialog.close();
    onRevoke(row);
  }

  /** What ends the question of {@link askFirst}. */
  let endQuestion = () => {};

  /** A token that is in no list here can only be revoked with itself. */
  function askFirst() {
    const sure = button(t("revoke.go"), revokeNow, { class: "button danger" });
    confirmation = typedConfirmation({ connection, rows: [known], go: sure, onEnter: revokeNow });
    function revokeNow() {
      if (confirmation && !confirmation.isTyped()) confirmation.insist();
      else void ask(revokeFoundToken, sure, "revoke.going");
    }
    const keep = button(t("action.cancel"), () => {
      if (task.isBusy()) return dialog.close();
      endQuestion();
      revoke.focus();
    });
    const question = h(
      "div",
      { class: "identify-question", role: "group" },
      found.project === null
        ? connectionLine(connection)
        : whereLine(connection, project ?? { id: found.project, name: found.project }),
      h(
        "p",
        { class: "note" },
        icon("warning"),
        t(hasValue ? "identify.revokeText" : "identify.revokeIdText", { server: connection.host }),
      ),
      confirmation?.element,
      h("div", { class: "dialog-actions" }, confirmation?.why, keep, sure),
    );
    actions.replaceWith(question);
    endQuestion = () => question.replaceWith(actions);
    (confirmation ?? keep).focus();
  }

  /**
   * @param {(args: { connection: string | null, paste: number }) => Promise<FoundTokenState>} request
   * @param {HTMLButtonElement} pressed
   * @param {"identify.checking" | "revoke.going"} label
   */
  async function ask(request, pressed, label) {
    if (task.isBusy()) return;
    const send = () => request({ connection: connection.id, paste: found.paste });
    notice.replaceChildren();
    answer.replaceChildren();
    await task.run(
      // Only the filter of a list takes an id alone.
      () =>
        hasValue ? send() : whileSignedIn(/** @type {Connection} */ (connection), send, () => !task.isLeft()),
      {
        done: (state) => show(state, request === revokeFoundToken),
        failed,
        doneLate: (state) => state.state === "revoked" && revoked(),
        failedLate(problem) {
          if (request !== revokeFoundToken || !isUnsure(problem)) return;
          const { next } = wordsFor(problem, "changing");
          problemToast({ ...problem, host: connection.host }, { title: t("identify.mayBeRevoked"), next });
        },
      },
      { button: pressed, label: t(label) },
    );
  }

  /** @param {FoundTokenState} state @param {boolean} revoking whether that was asked for */
  function show(state, revoking) {
    if (state.state === "revoked") {
      dialog.close();
      return revoked();
    }
    if (state.state === "works") {
      known = state.row;
      revoke.hidden = false;
    } else {
      // The question says what would stop, and nothing will.
      const asked = !actions.isConnected;
      endQuestion();
      if (state.state === "not_accepted") revoke.hidden = true;
      if (asked) close.focus();
    }
    answer.replaceChildren(...stateNodes(state, connection.host, { hasValue, revoking }));
    announce(answer.textContent ?? "");
  }

  function revoked() {
    toast(t("identify.revoked"));
    onRevoked();
  }

  /** @param {Problem} problem */
  function failed(problem) {
    if (!isStopped(problem)) tellAt(notice, changeBanner({ ...problem, host: connection.host }), close);
  }

  if (found.elsewhere) void offerWayOn();
  dialog.element.append(content);
  dialog.open();
  close.focus();
}

/**
 * @param {{ connection: PastedOn, found: FoundToken, project: ProjectSummary | null, isWhole: boolean }} what
 * @returns {(string | Node)[]}
 */
function whoseNodes({ connection, found, project, isWhole }) {
  if (connection.id === null) return [t("identify.signedOut")];
  if (found.row) return [t("identify.listed")];
  if (found.project === null) return [t(isWhole ? "identify.idUnknown" : "identify.idNotLoaded")];
  if (project && found.elsewhere) return tNodes("identify.otherProject", { project: userText(project.name) });
  if (found.elsewhere) return [t("identify.unknown")];
  return [t(isWhole ? "identify.gone" : "identify.notLoaded")];
}

/** @param {PastedOn} connection @param {Row} row */
const rowFacts = (connection, row) => [
  h("dt", {}, t("fact.name")),
  h("dd", { class: "with-copy" }, named(row), copyLabelButton(connection, row.id, "name")),
  h("dt", {}, t("fact.permissions")),
  h("dd", {}, h("span", { class: "permissions" }, ...pills(row.access))),
];

/** @param {PastedOn} connection @param {FoundToken} found @param {ProjectSummary | null} project */
const idFacts = (connection, found, project) => [
  h("dt", {}, t("fact.id")),
  h(
    "dd",
    { class: "with-copy" },
    h("bdi", { class: "mono", dir: "ltr" }, found.id),
    copyLabelButton(connection, found.id, "id"),
  ),
  ...(found.project === null
    ? []
    : [
        h("dt", {}, t("fact.project")),
        h(
          "dd",
          {},
          project ? userText(project.name) : h("bdi", { class: "mono", dir: "ltr" }, found.project),
        ),
      ]),
];

/**
 * @param {FoundTokenState} state
 * @param {string} server
 * @param {{ hasValue: boolean, revoking: boolean }} how
 * @returns {(string | Node)[]}
 */
function stateNodes(state, server, { hasValue, revoking }) {
  switch (state.state) {
    case "works":
      return [
        h("p", {}, ...tNodes(hasValue ? "identify.works" : "identify.exists", { name: named(state.row) })),
        h("p", { class: "permissions" }, ...pills(state.row.access)),
      ];
    case "not_accepted":
      return [h("p", {}, t(hasValue ? "identify.notAccepted" : "identify.idNotFound", { server }))];
    case "not_permitted":
      return [
        h(
          "p",
          {},
          hasValue
            ? t("identify.notPermitted")
            : t(revoking ? "identify.idMayNotRevoke" : "identify.idNotPermitted", { server }),
        ),
      ];
    case "revoked":
      return [];
  }
}
