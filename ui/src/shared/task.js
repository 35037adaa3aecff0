/**
 * The request that a form waits for: at most one at a time. While it runs, the form shows that and takes no input. When the form
 * closes first, the result goes to `doneLate` or `failedLate`, which report it outside the form.
 */
/** @import { Problem } from "../../types/ipc" */
import { asProblem } from "./errors.js";
import { modalsChanged } from "./modal.js";

/**
 * @template T
 * @typedef {object} Outcomes
 * @property {(result: T) => void} done
 * @property {(problem: Problem) => void} failed
 * @property {(result: T) => void} [doneLate] the form was closed before
 * @property {(problem: Problem) => void} [failedLate]
 */

/**
 * @param {{
 *   form: HTMLElement,
 *   go: HTMLButtonElement,
 *   labels: [idle: string, busy: string],
 *   frozen?: readonly HTMLElement[],
 *   onChange?: (busy: boolean) => void,
 * }} options `go` is the submit button; `frozen` elements are inert while the request runs
 */
export function formTask({ form, go, labels: [idle, running], frozen = [], onChange = () => {} }) {
  let busy = false;
  let left = false;

  /** @param {boolean} now */
  function setBusy(now) {
    busy = now;
    // An inert element loses the focus, and the dialog would no longer receive keys.
    if (now && frozen.some((element) => element.contains(document.activeElement))) go.focus();
    form.setAttribute("aria-busy", String(now));
    go.textContent = now ? running : idle;
    go.classList.toggle("busy", now);
    go.setAttribute("aria-disabled", String(now));
    for (const element of frozen) element.toggleAttribute("inert", now);
    onChange(now);
    modalsChanged();
  }

  return {
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
     */
    async run(work, { done, failed, doneLate, failedLate }) {
      if (busy) return;
      setBusy(true);
      /** @type {() => void} */
      let tell;
      try {
        const result = await work();
        tell = () => (left ? doneLate : done)?.(result);
      } catch (reason) {
        const problem = asProblem(reason);
        tell = () => (left ? failedLate : failed)?.(problem);
      }
      setBusy(false);
      tell();
    },
  };
}
