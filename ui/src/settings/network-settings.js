/**
 * Settings of the network: which way requests take, and which certificates servers are checked against besides
 * the system's. What is saved applies at once; what cannot be used is refused at its field, and the old setting stays.
 */
/** @import { CertificatesSummary, CertificatesChange, NetworkStatus, Problem, ProxyChoice, RouteSummary } from "../../types/ipc" */
/** @import { Key } from "../../types/words" */

import { chooseCertificates, network, routeTo, setNetwork } from "../ipc.js";
import { AS_TYPED, button, h, setAttribute, uniqueId, userText } from "../shared/dom.js";
import { asProblem, oneLine, wordsFor } from "../shared/errors.js";
import { NETWORK_CHANGED } from "../shared/events.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { banner, setFieldError, tellAt } from "../shared/notices.js";
import { routeWords } from "../shared/route.js";
import { formTask } from "../shared/task.js";

/** @satisfies {readonly { kind: ProxyChoice["kind"], label: Key }[]} */
const WAYS = /** @type {const} */ ([
  { kind: "system", label: "network.systemProxy" },
  { kind: "none", label: "network.noProxy" },
  { kind: "address", label: "network.thisProxy" },
]);

/**
 * @param {() => void} onClose once somebody has said what becomes of their changes
 * @param {string} server whose route is shown while no session is open; empty if there is none
 */
export function networkSection(onClose, server) {
  const titleId = uniqueId("network");
  /** @type {CertificatesChange} */
  let change = { kind: "keep" };
  /** @type {CertificatesSummary | null} */
  let saved = null;
  /** What is in force; null while that is not known. @type {ProxyChoice | null} */
  let inForce = null;
  let asking = false;

  const proxy = proxyField(changed);
  const certificates = certificatesField();
  const notice = h("div", { class: "notice" });
  const done = h("p", { class: "help", role: "status" });
  const save = h("button", { type: "submit", class: "button main" }, t("action.save"));
  const fields = h("fieldset", { class: "sections", disabled: true }, proxy.element, certificates.element);
  const element = h(
    "form",
    { novalidate: true, "aria-labelledby": titleId },
    h("h2", { id: titleId }, t("network.title")),
    fields,
    notice,
    h("div", { class: "save-row" }, done, save),
  );
  const task = formTask({
    form: element,
    go: { button: save, label: t("action.saving") },
    frozen: [fields],
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });

  /** The desktop asks for the file, and Rust reads it: the page sees its name. */
  async function choose() {
    done.textContent = "";
    try {
      const chosen = await chooseCertificates();
      certificates.focus();
      if (chosen === null) return;
      change = { kind: "use_chosen" };
      certificates.setError(null);
      certificates.show(chosen, false);
      changed();
    } catch (reason) {
      certificates.setError(oneLine(asProblem(reason)));
    }
  }

  function remove() {
    done.textContent = "";
    // Taking back a file that was only chosen leaves what is in force.
    const onlyChosen = change.kind === "use_chosen" && saved !== null;
    change = onlyChosen || saved === null ? { kind: "keep" } : { kind: "remove" };
    certificates.setError(null);
    certificates.show(onlyChosen ? saved : null);
    certificates.focus();
    changed();
  }

  async function load() {
    setAttribute(save, "aria-disabled", true);
    notice.replaceChildren();
    try {
      show(await network());
      fields.disabled = false;
      save.removeAttribute("aria-disabled");
    } catch (reason) {
      notice.replaceChildren(
        banner(
          asProblem(reason),
          button(t("action.tryAgain"), () => void load()),
        ),
      );
    }
  }

  /** @param {NetworkStatus} now */
  function show(now) {
    saved = now.certificates;
    inForce = now.proxy;
    change = { kind: "keep" };
    proxy.show(now);
    void showRoute(now);
    certificates.show(saved);
    changed();
  }

  /** @param {NetworkStatus} now */
  async function showRoute(now) {
    proxy.showRoute(now.route);
    // That of the server that somebody is about to sign in to, before that of the session.
    if (server === "") return;
    const route = await routeTo({ server }).catch(() => null);
    // Another proxy may have been saved meanwhile.
    if (inForce === now.proxy) proxy.showRoute(route);
  }

  function isChanged() {
    if (inForce === null) return false;
    return change.kind !== "keep" || !sameProxy(proxy.value(), inForce);
  }

  /** The route shown is that of what is saved; a change is marked as not saved. */
  function changed() {
    if (isChanged()) done.textContent = t("network.unsaved");
    else if (done.textContent === t("network.unsaved")) done.textContent = "";
    if (asking && !isChanged()) stopAsking();
  }

  function stopAsking() {
    asking = false;
    notice.replaceChildren();
  }

  /** Whether the settings may close: not before somebody has said what becomes of what they changed. */
  function mayClose() {
    // What is being saved is waited for no longer than somebody wants.
    if (task.isBusy() || !isChanged()) return true;
    ask();
    return false;
  }

  /** Whoever asks a second time means it. */
  const mayQuit = () => asking || mayClose();

  function ask() {
    asking = true;
    const keep = button(t("action.save"), () => void saveAndClose(), { class: "button main" });
    const drop = button(t("network.discard"), () => {
      stopAsking();
      onClose();
    });
    tellAt(
      notice,
      h(
        "div",
        { class: "banner", role: "alert" },
        icon("warning"),
        h(
          "div",
          { class: "banner-text" },
          h("b", {}, t("network.unsavedQuestion")),
          h("div", { class: "banner-actions" }, keep, drop),
        ),
      ),
      keep,
    );
  }

  async function saveAndClose() {
    stopAsking();
    await send();
    if (!task.isBusy() && !isChanged()) onClose();
  }

  async function send() {
    if (task.isBusy() || fields.disabled) return;
    proxy.setError(proxy.isEmpty() ? t("network.noProxyAddress") : null);
    if (proxy.isEmpty()) return proxy.focus();
    notice.replaceChildren();
    certificates.setError(null);
    done.textContent = "";
    await task.run(apply, {
      done(now) {
        show(now);
        done.textContent = t("network.applies");
      },
      failed(problem) {
        changed();
        fail(problem);
      },
    });
  }

  /** @returns {Promise<NetworkStatus>} */
  async function apply() {
    try {
      const now = await setNetwork({ proxy: proxy.value(), certificates: change });
      document.dispatchEvent(new Event(NETWORK_CHANGED));
      return now;
    } catch (reason) {
      // It is in force, although it could not be saved.
      if (asProblem(reason).code === "settings_not_saved") {
        const now = await network().catch(() => null);
        if (now) show(now);
        document.dispatchEvent(new Event(NETWORK_CHANGED));
      }
      throw reason;
    }
  }

  /** @param {Problem} problem */
  function fail(problem) {
    const { at } = wordsFor(problem);
    if (at === "proxy") {
      proxy.setError(oneLine(problem));
      return proxy.focus();
    }
    if (at === "certificates") {
      change = { kind: "keep" };
      certificates.show(saved);
      certificates.setError(oneLine(problem));
      changed();
      return certificates.focus();
    }
    tellAt(notice, banner(problem));
  }

  function certificatesField() {
    const errorId = uniqueId("certificates-error");
    const what = h("p", { class: "file" });
    const error = h("p", { id: errorId, class: "field-error", role: "alert", hidden: true });
    const pick = button(t("network.chooseFile"), () => void choose(), { "aria-describedby": errorId });
    const take = button(t("action.remove"), remove, { "aria-label": t("network.removeFile") });
    /** @param {CertificatesSummary | null} found @param {boolean} [isSaved] */
    const showFile = (found, isSaved = true) => {
      what.replaceChildren(
        ...(found
          ? [
              userText(found.file),
              ` · ${t("count.certificates", { count: found.count })}`,
              isSaved ? "" : ` · ${t("network.notSaved")}`,
            ]
          : [t("network.noFile")]),
      );
      take.hidden = found === null;
    };
    showFile(null);
    return {
      element: h(
        "fieldset",
        { class: "section" },
        h("legend", {}, t("network.certificates")),
        h("p", { class: "help" }, t("network.certificatesHelp")),
        h("div", { class: "file-row" }, what, take, pick),
        error,
      ),
      show: showFile,
      /** @param {string | null} text */
      setError: (text) => setFieldError(error, pick, text),
      focus: () => pick.focus(),
    };
  }

  return { element, load, mayClose, mayQuit, isChanged, isBusy: task.isBusy };
}

/** @param {ProxyChoice} one @param {ProxyChoice} other */
const sameProxy = (one, other) =>
  one.kind === other.kind &&
  (one.kind !== "address" || other.kind !== "address" || one.url === other.url.trim());

/** @param {() => void} onChange */
function proxyField(onChange) {
  const group = uniqueId("proxy");
  const errorId = uniqueId("proxy-error");
  /** @type {Map<ProxyChoice["kind"], HTMLInputElement>} */
  const radios = new Map();
  const address = h("input", {
    class: "text",
    type: "text",
    inputmode: "url",
    placeholder: "http://proxy.example.com:3128",
    ...AS_TYPED,
    "aria-label": t("network.proxyAddress"),
    "aria-describedby": errorId,
  });
  const error = h("p", { id: errorId, class: "field-error", role: "alert", hidden: true });
  const inUse = h("p", { class: "help" });
  /** @param {string | null} text */
  const setError = (text) => setFieldError(error, address, text);
  const kind = () => WAYS.find((way) => radios.get(way.kind)?.checked)?.kind ?? "system";
  address.addEventListener("input", () => {
    setError(null);
    onChange();
  });
  const choices = WAYS.map((way) => {
    const radio = h("input", { type: "radio", name: group, id: `${group}-${way.kind}` });
    radio.addEventListener("change", () => {
      setError(null);
      drawAddress();
      onChange();
      if (way.kind === "address") address.focus();
    });
    radios.set(way.kind, radio);
    return h("label", { class: "choice", for: radio.id }, radio, t(way.label));
  });
  const drawAddress = () => {
    address.hidden = kind() !== "address";
  };
  return {
    element: h(
      "fieldset",
      { class: "section" },
      h("legend", {}, t("network.proxy")),
      ...choices,
      address,
      error,
      inUse,
    ),
    /** @param {NetworkStatus} now */
    show(now) {
      for (const [one, radio] of radios) radio.checked = one === now.proxy.kind;
      if (now.proxy.kind === "address") address.value = now.proxy.url;
      drawAddress();
      setError(null);
    },
    /** @param {RouteSummary | null} route */
    showRoute(route) {
      inUse.classList.toggle("warning", route?.kind === "unusable");
      inUse.replaceChildren(...(route ? routeWords(route) : []));
    },
    isEmpty: () => kind() === "address" && address.value.trim() === "",
    /** @returns {ProxyChoice} */
    value() {
      const chosen = kind();
      return chosen === "address" ? { kind: chosen, url: address.value.trim() } : { kind: chosen };
    },
    setError,
    focus: () => address.focus(),
  };
}
