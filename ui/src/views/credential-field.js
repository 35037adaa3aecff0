/**
 * The bearer token. Pasting is taken over: Rust reads the clipboard itself and keeps what it finds, so a pasted
 * bearer never passes through this page, which only learns whose it is. Typing is the fallback.
 */
/** @import { AccountHint, Problem } from "../../types/ipc" */
import { button, given, h, uniqueId } from "../dom.js";
import { asProblem, oneLine } from "../errors.js";
import { shortSpan } from "../format.js";
import { icon } from "../icons.js";
import { discardBearerToken, pasteBearerToken } from "../ipc.js";
import { t } from "../language.js";
import { setFieldError } from "../notices.js";

/** @param {AccountHint} hint */
function describe({ email, expiresAt }) {
  if (expiresAt === null) return [email];
  const left = expiresAt - Date.now();
  return [email, left > 0 ? t("bearerToken.expiresIn", { span: shortSpan(left) }) : t("bearerToken.expired")];
}

/**
 * @param {() => void} onPasted
 */
export function credentialField(onPasted) {
  const inputId = uniqueId("bearer-token");
  const helpId = uniqueId("bearer-token-help");
  const errorId = uniqueId("bearer-token-error");
  let pasted = false;
  let pasting = false;

  const input = h("input", {
    id: inputId,
    class: "text mono",
    type: "password",
    placeholder: t("bearerToken.placeholder"),
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": `${errorId} ${helpId}`,
  });
  const label = h("label", { for: inputId }, t("bearerToken.label"));
  const help = h("p", { id: helpId, class: "help" });
  const error = h("p", { id: errorId, class: "field-error", role: "alert", hidden: true });
  const slot = h("div", { class: "credential" }, input);
  /** @type {HTMLButtonElement | null} */
  let remove = null;

  /** @param {string | null} text */
  const setError = (text) => setFieldError(error, pasted && remove ? remove : input, text);

  /** @param {AccountHint} hint */
  function showPasted(hint) {
    pasted = true;
    input.value = "";
    const [email, expiry] = describe(hint);
    remove = button(t("action.remove"), takeAway, { class: "button small", "aria-describedby": errorId });
    remove.setAttribute("aria-label", t("bearerToken.remove"));
    slot.replaceChildren(
      h(
        "div",
        { class: "pasted" },
        icon("key"),
        h(
          "p",
          { class: "pasted-text" },
          h("b", {}, t("bearerToken.pasted")),
          h(
            "span",
            { class: "pasted-facts" },
            email ? given(email) : null,
            expiry ? h("span", {}, expiry) : null,
          ),
        ),
        remove,
      ),
    );
    label.removeAttribute("for");
    onPasted();
  }

  function takeAway() {
    discardBearerToken().catch(() => {});
    pasted = false;
    remove = null;
    slot.replaceChildren(input);
    label.setAttribute("for", inputId);
    setError(null);
    input.focus();
  }

  input.addEventListener("paste", async (event) => {
    event.preventDefault();
    if (pasting) return;
    pasting = true;
    setError(null);
    input.setAttribute("aria-busy", "true");
    try {
      showPasted(await pasteBearerToken());
    } catch (reason) {
      setError(oneLine(asProblem(reason)));
    } finally {
      pasting = false;
      input.removeAttribute("aria-busy");
    }
  });
  input.addEventListener("input", () => setError(null));

  return {
    element: h("div", { class: "field" }, label, slot, error, help),
    setError,
    /** @param {Problem} problem */
    setProblem: (problem) => setError(oneLine(problem)),
    /** @param {...string} lines */
    setHelp(...lines) {
      help.replaceChildren(...lines.map((line) => h("span", {}, line)));
    },
    focus: () => (pasted && remove ? remove : input).focus(),
    isEmpty: () => !pasted && input.value.trim() === "",
    isPasted: () => pasted,
    /** What was typed; null stands for the pasted one, which Rust holds. */
    value: () => (pasted ? null : input.value),
    /** It has been sent: nothing of it needs to stay in the page. */
    clear() {
      input.value = "";
    },
  };
}
