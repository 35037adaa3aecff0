/**
 * The panel under the header's project button: the projects of this connection, the other connections, and the ways
 * out: adding one, locking, signing out.
 */
/** @import { Connection, KnownConnection, Project } from "../../types/ipc" */
import { createDialog } from "../dialog.js";
import { button, given, h } from "../dom.js";
import { withKey } from "../keys.js";
import { t } from "../language.js";
import { connectionList } from "./connections.js";
import { leaveConfirm } from "./leave.js";
import { projectList } from "./projects.js";

/**
 * Where one can go from a connection.
 * @typedef {object} Ways
 * @property {(connection: KnownConnection) => void} onSwitch
 * @property {() => void} onAdd
 * @property {() => void} onLock
 * @property {() => void} onLeft the connection in use was signed out of or forgotten
 */

/**
 * @param {{
 *   connection: Connection,
 *   current: string | null,
 *   onChoose: (project: Project) => void,
 *   onRenamed: () => void,
 * } & Ways} options `current` is the id of the open project
 */
export function openPicker(options) {
  const { connection } = options;
  // An answer to signing out must find its dialog still there.
  let leaving = false;
  const dialog = createDialog({
    className: "picker",
    labelledBy: "picker-title",
    closeOnBackdrop: true,
    mayClose: () => !leaving,
  });
  /** @param {() => void} then */
  const closeThen = (then) => {
    dialog.close();
    then();
  };
  const projects = projectList({
    ...options,
    onChoose: (project) => closeThen(() => options.onChoose(project)),
  });
  const connections = connectionList({
    current: connection.id,
    onOpen: (known) => closeThen(() => known.id !== connection.id && options.onSwitch(known)),
    onLeave: (known, how) => askToLeave({ ...known, inKeyring: known.signedIn }, how),
    onRenamed(known) {
      if (known.id !== connection.id) return;
      connection.name = known.name;
      options.onRenamed();
    },
  });
  const content = h("div", { class: "picker-content" });

  function showLists() {
    content.replaceChildren(
      h("h1", { id: "picker-title" }, t("picker.projects")),
      projects.element,
      h("h2", {}, t("picker.connections")),
      connections.element,
      h(
        "div",
        { class: "picker-foot" },
        button(t("picker.add"), () => closeThen(options.onAdd), { class: "button small" }),
        h("span", { class: "grow" }),
        button(t("action.lock"), () => closeThen(options.onLock), {
          class: "button small",
          title: withKey(t("action.lock"), "L"),
        }),
        button(
          connection.sample ? t("action.leave") : t("action.signOut"),
          () => askToLeave(own(), "sign out"),
          {
            class: "button small",
          },
        ),
      ),
    );
    projects.focus();
    void connections.load();
  }

  const own = () => ({ ...connection, inKeyring: connection.storage === "keyring" });

  /**
   * @param {import("./leave.js").Leaving} left
   * @param {"sign out" | "forget"} how
   */
  function askToLeave(left, how) {
    const isOwn = left.id === connection.id;
    const asked = leaveConfirm({
      connection: isOwn ? own() : left,
      how,
      titleId: "picker-title",
      onBack: showLists,
      onBusy(busy) {
        leaving = busy;
      },
      onLeft: () => (isOwn ? closeThen(options.onLeft) : showLists()),
    });
    content.replaceChildren(asked.element);
    asked.focus();
  }

  showLists();
  dialog.element.append(content);
  dialog.open();
  projects.focus();
  void projects.load();
}

/**
 * The choice of a project on a page of its own, when none is open yet.
 * @param {{ connection: Connection, onChoose: (project: Project) => void } & Ways} options
 */
export function chooseProjectView(options) {
  const { connection } = options;
  const list = projectList({ ...options, current: null });
  const card = h("div", { class: "card" });
  const showList = () => {
    card.replaceChildren(
      h("h1", { id: "choose-title" }, t("picker.choose")),
      h("p", { class: "lead" }, connection.sample ? t("sample.title") : given(connection.name)),
      list.element,
      h(
        "div",
        { class: "card-foot" },
        button(connection.sample ? t("action.leave") : t("action.signOut"), showConfirm, {
          class: "button small",
        }),
      ),
    );
  };
  const showConfirm = () => {
    const asked = leaveConfirm({
      connection: { ...connection, inKeyring: connection.storage === "keyring" },
      how: "sign out",
      titleId: "choose-title",
      onBack() {
        showList();
        list.focus();
      },
      onLeft: options.onLeft,
    });
    card.replaceChildren(asked.element);
    asked.focus();
  };
  showList();
  list.show(connection.projects);
  return { element: h("main", { class: "centre" }, card), focus: () => list.focus() };
}
