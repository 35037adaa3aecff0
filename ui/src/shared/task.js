/**
 * The request that a form waits for: at most one at a time. While it runs, the form shows that and takes no input. When the form
 * closes first, the result goes to `doneLate` or `failedLate`, which report it outside the form.
 */
/** @import { Problem } from "../../types/ipc" */
import { h } from "./dom.js";
import { asProblem } from "./errors.js";
import { keyringLine } from "./keyring-wait.js";
import { modalsChanged } from "./modal.js";

/**
 * @template T
 * @typedef {object} Outcomes
 * @property {(result: T) => void} done
 * @property {(problem: Problem) => void} failed
 * @property {(result: T) => void} [doneLate] the form was closed before
 * @property {(problem: Problem) => void} [failedLate]
 */

/** A button, and what it says while the request runs. @typedef {{ button: HTMLButtonElement, label: string }} Go */

/**
 * @param {{
 *   form: HTMLElement,
 *   go: Go,
 *   frozen?: readonly HTMLElement[],
 *   usesKeyring?: boolean,
 *   onChange?: (busy: boolean) => void,
 * }} options `frozen` elements are inert while the request runs; with `usesKeyring`, `keyringSlot` says when the keyring
 *   keeps it waiting
 */
export function formTask({ form, go: usual, frozen = [], usesKeyring = false, onChange = () => {} }) {
  let busy = false;
  let left = false;
  // Empty unless the form waits: what is left to do for the keyring in the background is nobody’s wait.
  const keyringSlot = h("div", { class: "keyring-slot" });

  /**
   * @param {boolean} now
   * @param {HTMLButtonElement} go
   * @param {string} label
   */
  function setBusy(now, go, label) {
    busy = now;
    if (usesKeyring) keyringSlot.replaceChildren(...(now ? [keyringLine()] : []));
    // An inert element loses the focus, and the dialog would no longer receive keys.
    if (now && frozen.some((element) => element.contains(document.activeElement))) go.focus();
    form.setAttribute("aria-busy", String(now));
    go.textContent = label;
    go.classList.toggle("busy", now);
    go.setAttribute("aria-disabled", String(now));
    for (const element of frozen) element.toggleAttribute("inert", now);
    onChange(now);
    modalsChanged();
  }

  return {
    keyringSlot,
    isBusy: () => busy,
    isLeft: () => left,
    /** The form has closed. */
    leave() {
      left = true;
    },
    /**
     * @template T
     * @param {() => Promise<T>} work
     * @param {Outcomes<T>} outcomes
     * @param {Go} [go] the button that was pressed, if it is not the usual one
     */
    async run(work, { done, failed, doneLate, failedLate }, { button, label } = usual) {
      if (busy) return;
      const idleLabel = button.textContent ?? "";
      setBusy(true, button, label);
      /** @type {() => void} */
      let tell;
      try {
        const result = await work();
        tell = () => (left ? doneLate : done)?.(result);
      } catch (reason) {
        const problem = asProblem(reason);
        tell = () => (left ? failedLate : failed)?.(problem);
      }
      setBusy(false, button, idleLabel);
      tell();
    },
  };
}
