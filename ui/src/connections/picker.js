/**
 * Where one can go from here: the projects of this connection, the other connections, adding one, locking, signing out.
 * A panel under the header's project button or, while no project is open, a page of its own.
 */
/** @import { Connection, KnownConnection, ProjectSummary } from "../../types/ipc" */

import { settingsButton } from "../list/header.js";
import { dismissClipboardToast } from "../shared/clipboard-toast.js";
import { button, h, userText } from "../shared/dom.js";
import { withKey } from "../shared/keys.js";
import { t } from "../shared/language.js";
import { createDialog } from "../shared/modal.js";
import { connectionList } from "./connections.js";
import { leaveConfirm } from "./leave.js";
import { projectList } from "./projects.js";

/**
 * Where one can go from a connection.
 * @typedef {object} Ways
 * @property {(connection: KnownConnection) => void} onSwitch
 * @property {() => void} onAdd
 * @property {() => void} onLock
 * @property {() => void} onSettings
 * @property {() => void} onLeft the connection in use was signed out of or forgotten
 */

/**
 * @typedef {object} Choice
 * @property {Connection} connection
 * @property {(project: ProjectSummary) => void} onChoose
 */

/**
 * @param {{ current: string | null, onRenamed: () => void } & Choice & Ways} options `current` is the id of the open
 *   project
 */
export function openPicker(options) {
  // An answer to signing out must find its dialog still there.
  let leaving = false;
  const dialog = createDialog({
    className: "picker",
    labelledBy: "picker-title",
    closeOnBackdrop: true,
    mayClose: () => !leaving,
  });
  const ways = waysOn({
    ...options,
    titleId: "picker-title",
    heading: () => [h("h1", { id: "picker-title" }, t("picker.projects"))],
    go(then) {
      dialog.close();
      then();
    },
    onBusy(busy) {
      leaving = busy;
    },
  });
  dialog.element.append(ways.element);
  dialog.open();
  void ways.projects.load();
  ways.projects.focus();
}

/** @param {Choice & Ways} options */
export function chooseProjectView(options) {
  const { connection } = options;
  const name = h("p", { class: "lead" });
  const drawName = () =>
    name.replaceChildren(connection.sample ? t("sample.title") : userText(connection.name));
  drawName();
  const ways = waysOn({
    ...options,
    current: null,
    onRenamed: drawName,
    titleId: "choose-title",
    heading: () => [h("h1", { id: "choose-title" }, t("picker.choose")), name],
    go: (then) => then(),
  });
  ways.projects.show(connection.projects);
  const card = h("div", { class: "card choose" }, ways.element);
  const foot = h(
    "div",
    { class: "welcome-foot" },
    h("span", { class: "grow" }),
    settingsButton(options.onSettings),
  );
  return { element: h("main", { class: "centre" }, card, foot), focus: () => ways.projects.focus() };
}

/**
 * @param {{
 *   current: string | null,
 *   titleId: string,
 *   heading: () => Node[],
 *   go: (then: () => void) => void,
 *   onBusy?: (busy: boolean) => void,
 *   onRenamed: () => void,
 * } & Choice & Ways} options `go` leaves the panel and does something elsewhere
 */
function waysOn(options) {
  const { connection, titleId, heading, go, onBusy } = options;
  /** A session-only connection may have another bearer token in the keyring. */
  let isKnownInKeyring = false;
  const projects = projectList({
    ...options,
    onChoose: (project) => go(() => options.onChoose(project)),
  });
  const connections = connectionList({
    current: connection.id,
    onOpen: (known) => go(() => known.id !== connection.id && options.onSwitch(known)),
    onLeave: askToLeave,
    onList(all) {
      isKnownInKeyring = all.some(({ id, inKeyring }) => id === connection.id && inKeyring);
    },
    onChanged(known) {
      if (known.id !== connection.id) return;
      const { name, production, color } = known;
      Object.assign(connection, { name, production, color });
      options.onRenamed();
    },
  });
  const element = h("div", { class: "picker-content" });

  function showLists() {
    element.replaceChildren(
      h("div", { class: "picker-head" }, ...heading()),
      projects.element,
      h("h2", { class: "picker-head" }, t("picker.connections")),
      connections.element,
      h(
        "div",
        { class: "picker-foot" },
        button(t("picker.add"), () => go(options.onAdd), { class: "button small" }),
        h("span", { class: "grow" }),
        button(t("action.lock"), () => go(options.onLock), {
          class: "button small",
          title: withKey(t("action.lock"), "L"),
        }),
        button(
          connection.sample ? t("action.leave") : t("action.signOut"),
          () => askToLeave(own(), "sign out"),
          { class: "button small" },
        ),
      ),
    );
    projects.focus();
    void connections.load();
  }

  const own = () => ({
    ...connection,
    signedIn: true,
    inKeyring: connection.storage === "keyring" || isKnownInKeyring,
  });

  /**
   * @param {import("./leave.js").Leaving} left
   * @param {"sign out" | "forget"} how
   */
  function askToLeave(left, how) {
    const isOwn = left.id === connection.id;
    const asked = leaveConfirm({
      connection: isOwn ? own() : left,
      how,
      titleId,
      onBack: showLists,
      onBusy: (busy) => onBusy?.(busy),
      onStart: () => isOwn && dismissClipboardToast(),
      onLeft: () => (isOwn ? go(options.onLeft) : showLists()),
    });
    element.replaceChildren(asked.element);
    asked.focus();
  }

  showLists();
  return { element, projects };
}
