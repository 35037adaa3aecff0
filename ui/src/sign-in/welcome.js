/**
 * The first screen, and the way to another connection: which server, with which bearer token, kept where. Nothing a person
 * typed is lost when connecting fails, and each error stands beside the field it is about.
 */
/** @import { Connection, KnownConnection, Problem, Startup } from "../../types/ipc" */

import { connectionList } from "../connections/connections.js";
import { leaveConfirm } from "../connections/leave.js";
import { cancelConnect, connect, trySample } from "../ipc.js";
import { settingsButton } from "../list/header.js";
import { button, h, uniqueId, userText } from "../shared/dom.js";
import { oneLine, wordsFor } from "../shared/errors.js";
import { appMark } from "../shared/icons.js";
import { t, tNodes } from "../shared/language.js";
import { banner, tellAt } from "../shared/notices.js";
import { isKeyring, isStopped } from "../shared/problems.js";
import { formTask } from "../shared/task.js";
import { waitLine } from "../shared/waits.js";
import { openIdentify } from "../token/identify.js";
import { credentialField } from "./credential-field.js";
import { serverField } from "./server-field.js";

const KEPT = /** @type {const} */ ({ keyring: "welcome.keptInKeyring", session: "welcome.keptInMemory" });

/** @typedef {{ startWithSession: boolean, sessionForced: boolean, onChange: (kept: keyof typeof KEPT) => void }} Choice */

/**
 * @param {{
 *   startup: Startup,
 *   known?: KnownConnection | null,
 *   problem?: Problem,
 *   sessionOnly?: boolean,
 *   server?: string,
 *   onConnected: (connection: Connection) => void,
 *   onSwitch: (connection: KnownConnection) => void,
 *   onSettings: () => void,
 *   onBack?: (() => void) | undefined,
 * }} options `known` and `problem` when the person was sent here to sign in again, `onBack` where another connection
 *   is still in use
 */
export function welcomeView(options) {
  const {
    startup,
    known = null,
    problem,
    sessionOnly = known?.sessionOnly ?? false,
    server = known?.server || startup.preset,
    onConnected,
    onSwitch,
    onSettings,
    onBack,
  } = options;
  const servers = serverField(startup.servers, server, {
    onChange: () => credential.serverChanged(),
    onSettings,
  });
  const credential = credentialField({
    server: servers.value,
    onPasted: () => submit.focus(),
    onProblem(problem) {
      if (wordsFor(problem).at !== "server") return false;
      servers.setError(servers.isEmpty() ? t("welcome.noAddress") : oneLine(problem));
      servers.focus();
      return true;
    },
    onProjectToken: ({ paste, id, project, host, production }) =>
      openIdentify({
        connection: {
          ...{ id: null, name: host, server: `https://${host}`, host, production },
          ...{ sample: false, color: null, projects: [] },
        },
        found: { kind: "token", paste, id, project, row: null, elsewhere: true },
        restore: () => credential.focus(),
        onSwitch,
      }),
  });
  const storage = storageChoice({
    startWithSession: sessionOnly,
    sessionForced: startup.sample,
    onChange: (kept) => credential.setHelp(t("bearerToken.help"), t(KEPT[kept])),
  });
  const notice = h("div", { class: "notice" });
  const submit = h("button", { type: "submit", class: "button main" }, t("welcome.connect"));
  const sample = button(t("welcome.sample"), () => void attempt("sample"));
  const cancel = button(t("action.cancel"), () => void cancelConnect().catch(() => {}), { hidden: true });
  const back = onBack ? button(t("action.back"), onBack) : null;
  const fields = h("fieldset", {}, servers.element, credential.element, storage.element);
  const form = h(
    "form",
    { class: "card welcome", novalidate: true, "aria-labelledby": "welcome-title" },
    notice,
    fields,
  );
  /** @type {"connect" | "sample"} */
  let what = "connect";
  const task = formTask({
    form,
    go: { button: submit, label: t("welcome.connecting") },
    frozen: [fields],
    usesKeyring: true,
    onChange(busy) {
      sample.hidden = busy && what === "connect";
      if (back) back.hidden = busy;
      cancel.hidden = !busy || what !== "connect";
      if (!cancel.hidden) cancel.focus();
      else submit.setAttribute("aria-disabled", String(busy));
    },
  });
  form.append(
    waitLine(),
    task.keyringSlot,
    h("div", { class: "welcome-actions" }, back, sample, cancel, submit),
  );
  // Back leads to a connection that lists the others.
  const others = onBack ? null : otherConnections({ known, onSwitch });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (canSubmit()) void attempt("connect");
  });

  function canSubmit() {
    if (task.isBusy()) return false;
    servers.setError(servers.isEmpty() ? t("welcome.noAddress") : null);
    if (credential.isEmpty()) credential.setMissing();
    else credential.setError(null);
    if (servers.isEmpty()) servers.focus();
    else if (credential.isEmpty()) credential.focus();
    return !servers.isEmpty() && !credential.isEmpty();
  }

  /** @param {"connect" | "sample"} asked */
  async function attempt(asked) {
    if (task.isBusy()) return;
    what = asked;
    notice.replaceChildren();
    /** @param {Connection} connection */
    const done = (connection) => {
      credential.clear();
      onConnected(connection);
    };
    if (what === "sample")
      return task.run(
        trySample,
        { done, failed: fail },
        { button: sample, label: t("welcome.openingSample") },
      );
    const request = {
      connection: known?.id ?? null,
      server: servers.value(),
      bearerToken: credential.value(),
      sessionOnly: storage.isSession(),
    };
    return task.run(() => connect(request), { done, failed: fail });
  }

  /** @param {Problem} problem */
  function fail(problem) {
    if (isStopped(problem)) return submit.focus();
    const { at } = wordsFor(problem);
    if (what === "connect" && at === "server") {
      servers.setError(oneLine(problem), problem);
      servers.focus();
    } else if (what === "connect" && at === "bearerToken") {
      credential.setProblem(problem);
      credential.focus();
    } else {
      const again = button(t("action.tryAgain"), () => void attempt(what));
      const forSession = button(t("action.forSession"), () => {
        storage.chooseSession();
        void attempt("connect");
      });
      tellAt(notice, banner(problem, ...(isKeyring(problem) ? [forSession, again] : [again])), again);
    }
  }

  if (problem) notice.replaceChildren(banner(problem));

  return {
    element: h(
      "main",
      { class: "centre" },
      h(
        "div",
        { class: "welcome-head" },
        appMark(),
        h("h1", { id: "welcome-title" }, "Calyptia Tokens"),
        h(
          "p",
          {},
          ...(known
            ? tNodes("welcome.again", { name: userText(known.name) })
            : [onBack ? t("welcome.another") : t("welcome.whatFor")]),
        ),
      ),
      form,
      others?.element ?? null,
      h(
        "div",
        { class: "welcome-foot" },
        h(
          "p",
          { class: "small-print" },
          `${t("welcome.version", { version: startup.version })} · ${t("app.unofficial")}`,
        ),
        settingsButton(onSettings),
      ),
    ),
    listsConnections: others !== null,
    server: servers.value,
    /** What it takes to show it again, unless a bearer token would be lost. */
    typed: () =>
      task.isBusy() || !credential.isEmpty()
        ? null
        : { server: servers.value(), sessionOnly: storage.isSession() },
    focus() {
      credential.focus();
      void others?.load();
    },
    destroy() {
      task.leave();
      servers.destroy();
      credential.close();
    },
  };
}

/**
 * The other connections, where there are any: to switch to, or to forget.
 * @param {{ known: KnownConnection | null, onSwitch: (connection: KnownConnection) => void }} options
 */
function otherConnections({ known, onSwitch }) {
  const titleId = uniqueId("others");
  const content = h("div", { class: "others-content" });
  const element = h("section", { class: "card others", "aria-labelledby": titleId, hidden: true }, content);
  const list = connectionList({
    current: known?.id ?? null,
    onOpen: onSwitch,
    onLeave(left, how) {
      const asked = leaveConfirm({
        connection: left,
        how,
        titleId,
        onBack: show,
        onLeft: show,
      });
      content.replaceChildren(asked.element);
      asked.focus();
    },
    onList(connections) {
      element.hidden = connections.length === 0;
    },
  });
  function show() {
    content.replaceChildren(h("h2", { id: titleId }, t("welcome.others")), list.element);
    void list.load();
  }
  return {
    element,
    load() {
      show();
    },
  };
}

/** @param {Choice} options `sessionForced` when the app was started to look at sample data and saves nothing */
function storageChoice({ startWithSession, sessionForced, onChange }) {
  const group = uniqueId("storage");
  const inSession = startWithSession || sessionForced;
  const radio = (/** @type {boolean} */ checked, /** @type {boolean} */ disabled) =>
    h("input", { type: "radio", name: group, id: uniqueId(group), checked, disabled });
  const keyring = radio(!inSession, sessionForced);
  const session = radio(inSession, false);
  const tell = () => onChange(session.checked ? "session" : "keyring");
  keyring.addEventListener("change", tell);
  session.addEventListener("change", tell);
  tell();
  const choice = (/** @type {HTMLInputElement} */ input, /** @type {string} */ label) =>
    h("label", { class: "choice", for: input.id }, input, label);
  return {
    element: h(
      "fieldset",
      { class: "storage" },
      h("legend", { class: "visually-hidden" }, t("welcome.where")),
      choice(keyring, t("welcome.keepInKeyring")),
      choice(session, t("welcome.keepInMemory")),
      sessionForced && h("p", { class: "help" }, t("welcome.nothingSaved")),
    ),
    isSession: () => session.checked,
    chooseSession() {
      session.checked = true;
      tell();
    },
  };
}
