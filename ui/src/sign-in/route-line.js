/** A line that says which way requests to a server will take, before anything is sent. */

import { routeTo } from "../ipc.js";
import { button, h, uniqueId } from "../shared/dom.js";
import { NETWORK_CHANGED } from "../shared/events.js";
import { t } from "../shared/language.js";
import { routeWords } from "../shared/route.js";

/** An address that is being typed is looked at once it has stayed the same for so long. */
const SETTLE_MS = 300;

/** @param {{ server: () => string, onSettings: () => void }} options `server` is the address as it is typed */
export function routeLine({ server, onSettings }) {
  const id = uniqueId("route");
  const element = h("p", { id, class: "help route" });
  let attempt = 0;
  let timer = 0;

  function clear() {
    attempt += 1;
    window.clearTimeout(timer);
    element.replaceChildren();
    element.classList.remove("warning");
  }

  async function draw() {
    clear();
    const address = server();
    if (address === "") return;
    const current = attempt;
    // What is wrong with an address is said when somebody submits it.
    const route = await routeTo({ server: address }).catch(() => null);
    if (current !== attempt || route === null) return;
    const isUnusable = route.kind === "unusable";
    element.classList.toggle("warning", isUnusable);
    element.replaceChildren(
      h("span", {}, ...routeWords(route)),
      ...(isUnusable ? [button(t("route.change"), onSettings, { class: "button small" })] : []),
    );
  }

  const redraw = () => void draw();
  const leaving = new AbortController();
  document.addEventListener(NETWORK_CHANGED, redraw, { signal: leaving.signal });

  return {
    id,
    element,
    draw: redraw,
    /** The route of another address is not shown meanwhile. */
    drawSoon() {
      clear();
      timer = window.setTimeout(redraw, SETTLE_MS);
    },
    destroy() {
      clear();
      leaving.abort();
    },
  };
}
