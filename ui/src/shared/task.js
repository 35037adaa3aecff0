/**
 * A request that a form waits for. One is under way at a time; meanwhile the form says so and takes no input. Whoever closes
 * the form leaves the request: how it ends is then reported elsewhere, and never in a form that is gone.
 */
/** @import { Problem } from "../../types/ipc" */
import { asProblem } from "./errors.js";
import { modalsChanged } from "./modal.js";

/**
 * @template T
 * @typedef {object} Outcomes
 * @property {(result: T) => void} done
 * @property {(problem: Problem) => void} failed
 * @property {(result: T) => void} [doneLate] it was left before
 * @property {(problem: Problem) => void} [failedLate]
 */

/**
 * @param {{
 *   form: HTMLElement,
 *   go: HTMLButtonElement,
 *   labels: [idle: string, busy: string],
 *   frozen?: readonly HTMLElement[],
 *   onChange?: (busy: boolean) => void,
 * }} options `go` starts the request; `frozen` takes no input meanwhile
 */
export function formTask({ form, go, labels: [idle, running], frozen = [], onChange = () => {} }) {
  let busy = false;
  let left = false;

  /** @param {boolean} now */
  function setBusy(now) {
    busy = now;
    // What is inert loses the focus, and with it the keys of the dialog.
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
    /** Nobody waits any more. */
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
