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
import { asProblem, oneLine, wordsFor } from "../shared/errors.js";
import { appMark } from "../shared/icons.js";
import { keyringLine } from "../shared/keyring-wait.js";
import { t, tNodes } from "../shared/language.js";
import { banner, tellAt } from "../shared/notices.js";
import { isKeyring, isStopped } from "../shared/problems.js";
import { waitLine } from "../shared/waits.js";
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
    onConnected,
    onSwitch,
    onSettings,
    onBack,
  } = options;
  let busy = false;
  let gone = false;

  const servers = serverField(startup.servers, known?.server || startup.preset, {
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
  });
  const storage = storageChoice({
    startWithSession: sessionOnly,
    sessionForced: startup.sample,
    onChange: (kept) => credential.setHelp(t("bearerToken.help"), t(KEPT[kept])),
  });
  const notice = h("div", { class: "notice" });
  // Empty unless the form waits: what is left to do for the keyring in the background is nobody’s wait.
  const keyringSlot = h("div", { class: "keyring-slot" });
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
    waitLine(),
    keyringSlot,
    h("div", { class: "welcome-actions" }, back, sample, cancel, submit),
  );
  // Back leads to a connection that lists the others.
  const others = onBack ? null : otherConnections({ known, onSwitch });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (canSubmit()) void attempt("connect");
  });

  function canSubmit() {
    if (busy) return false;
    servers.setError(servers.isEmpty() ? t("welcome.noAddress") : null);
    credential.setError(credential.isEmpty() ? t("bearerToken.missing") : null);
    if (servers.isEmpty()) servers.focus();
    else if (credential.isEmpty()) credential.focus();
    return !servers.isEmpty() && !credential.isEmpty();
  }

  /** @param {"connect" | "sample"} what */
  async function attempt(what) {
    if (busy) return;
    setBusy(what);
    notice.replaceChildren();
    try {
      const connection = await (what === "sample"
        ? trySample()
        : connect({
            connection: known?.id ?? null,
            server: servers.value(),
            bearerToken: credential.value(),
            sessionOnly: storage.isSession(),
          }));
      credential.clear();
      if (!gone) onConnected(connection);
    } catch (reason) {
      if (gone) return;
      setBusy(null);
      fail(asProblem(reason), what);
    }
  }

  /** @param {"connect" | "sample" | null} what */
  function setBusy(what) {
    busy = what !== null;
    fields.disabled = busy;
    form.setAttribute("aria-busy", String(busy));
    submit.textContent = what === "connect" ? t("welcome.connecting") : t("welcome.connect");
    submit.setAttribute("aria-disabled", String(busy));
    submit.classList.toggle("busy", what === "connect");
    sample.textContent = what === "sample" ? t("welcome.openingSample") : t("welcome.sample");
    sample.hidden = what === "connect";
    if (back) back.hidden = busy;
    keyringSlot.replaceChildren(...(busy ? [keyringLine()] : []));
    cancel.hidden = what !== "connect";
    if (what === "connect") cancel.focus();
  }

  /**
   * @param {Problem} problem
   * @param {"connect" | "sample"} what
   */
  function fail(problem, what) {
    if (isStopped(problem)) return submit.focus();
    const { at } = wordsFor(problem);
    if (what === "connect" && at === "server") {
      servers.setError(oneLine(problem));
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
    focus() {
      credential.focus();
      void others?.load();
    },
    destroy() {
      gone = true;
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
