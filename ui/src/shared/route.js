/** The route to a server in words: which way requests take, and what decided it. */
/** @import { RouteReason, RouteSummary } from "../../types/ipc" */
import { h } from "./dom.js";
import { wordsFor } from "./errors.js";
import { t, tNodes } from "./language.js";

/**
 * @param {RouteSummary} route
 * @returns {(string | Node)[]}
 */
export function routeWords(route) {
  const source = route.reason && sourceWords(route.reason);
  switch (route.kind) {
    case "direct":
      if (route.reason.kind === "this_computer") return [t("route.here")];
      return source ? tNodes("route.directBy", { source }) : [t("route.direct")];
    case "proxy": {
      const proxy = h("bdi", {}, route.name);
      return tNodes("route.through", { proxy, source: source ?? "" });
    }
    case "unusable": {
      const { title } = wordsFor(route.problem);
      // Of a script, the words say so already.
      if (!source || route.problem.code === "proxy_script") return [title];
      return [title, " ", ...tNodes("route.setBy", { source })];
    }
  }
}

/**
 * @param {RouteReason} reason
 * @returns {string | Node | null} null for what is no setting
 */
function sourceWords(reason) {
  switch (reason.kind) {
    case "variable":
      return h("bdi", {}, reason.name);
    case "settings":
      return t("action.settings");
    case "system":
      return t("route.system");
    case "system_exception":
      return t("route.systemException");
    case "this_computer":
    case "not_configured":
      return null;
  }
}
