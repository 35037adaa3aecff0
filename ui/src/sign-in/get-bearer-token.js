/**
 * How to get a bearer token: steps that unfold beneath its field. There is no page of the vendor that gives one out, so they lead
 * through the browser's developer tools. Addresses are text and no links, as in the whole app.
 */
import { button, h, uniqueId } from "../shared/dom.js";
import { t, tNodes } from "../shared/language.js";
import { sameAddress } from "./server-field.js";

/** Where one signs in to the vendor's production server. For others that is not known. */
const PRODUCTION = { server: "https://cloud-api.calyptia.com", address: "https://core.calyptia.com" };

/** @param {{ server: () => string }} options the address of the server the bearer token is for */
export function bearerTokenSteps({ server }) {
  const id = uniqueId("get-bearer-token");
  const element = h("ol", { id, class: "steps", hidden: true });
  const toggle = button(
    t("getToken.question"),
    () => show(toggle.getAttribute("aria-expanded") === "false"),
    {
      class: "link",
      "aria-expanded": "false",
      "aria-controls": id,
    },
  );

  /** @param {boolean} open */
  function show(open) {
    element.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (!open) return;
    draw();
    element.scrollIntoView({ block: "nearest" });
  }

  function draw() {
    const address = h("bdi", { dir: "ltr", class: "address" }, PRODUCTION.address);
    const isKnown = sameAddress(server(), PRODUCTION.server);
    const steps = [
      isKnown ? tNodes("getToken.signIn", { address }) : [t("getToken.signInOwn")],
      tNodes("getToken.tools", { key: h("kbd", {}, "F12"), keyOnMac: h("kbd", {}, "⌥⌘I") }),
      [t("getToken.request")],
      [t("getToken.copy")],
    ];
    element.replaceChildren(...steps.map((step) => h("li", {}, ...step)));
  }

  return {
    toggle,
    element,
    /** Another server is named. */
    redraw() {
      if (!element.hidden) draw();
    },
  };
}
