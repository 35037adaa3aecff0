/**
 * Where to connect: one of the known servers, or an address of one's own. The vendor's internal servers are offered with the latter.
 */
/** @import { ServerChoice } from "../../types/ipc" */
import { AS_TYPED, button, h, uniqueId } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { setFieldError } from "../shared/notices.js";
import { routeLine } from "./route-line.js";

const OTHER = "other";

/**
 * @param {ServerChoice[]} servers
 * @param {string | null} preset the address to start with
 * @param {{ onChange: () => void, onSettings: () => void }} options
 */
export function serverField(servers, preset, { onChange, onSettings }) {
  const selectId = uniqueId("server");
  const urlId = uniqueId("server-url");
  const errorId = uniqueId("server-error");
  const value = () => (isOther() ? url.value.trim() : select.value);
  const route = routeLine({ server: value, onSettings });
  const described = { "aria-describedby": `${errorId} ${route.id}` };
  const select = h("select", { id: selectId, class: "text", ...described });
  const listed = servers.filter(({ internal }) => !internal);
  for (const { name, url } of listed) select.append(h("option", { value: url }, `${name} — ${hostOf(url)}`));
  select.append(h("option", { value: OTHER }, t("welcome.otherServer")));
  const url = h("input", {
    id: urlId,
    class: "text",
    type: "url",
    placeholder: "https://calyptia.example.com",
    ...AS_TYPED,
    ...described,
  });
  const error = h("p", { id: errorId, class: "field-error", hidden: true });
  const suggestions = servers
    .filter(({ internal }) => internal)
    .map(({ url }) =>
      button(h("bdi", { dir: "ltr" }, hostOf(url)), () => suggest(url), { class: "button small" }),
    );
  const other = h(
    "div",
    { class: "field-more" },
    h("label", { for: urlId }, t("welcome.address")),
    url,
    suggestions.length > 0 && h("div", { class: "suggestions" }, ...suggestions),
  );

  const start = preset ?? listed[0]?.url ?? OTHER;
  const known = listed.find((server) => sameAddress(server.url, start));
  select.value = known?.url ?? OTHER;
  if (!known && preset) url.value = preset;

  const isOther = () => select.value === OTHER;
  const field = () => (isOther() ? url : select);
  /** @param {string | null} text @param {import("../../types/ipc").Problem} [problem] */
  const setError = (text, problem) => {
    setFieldError(error, field(), text, problem);
    (isOther() ? select : url).removeAttribute("aria-invalid");
  };
  const step = () => {
    other.hidden = !isOther();
  };
  select.addEventListener("change", () => {
    step();
    setError(null);
    onChange();
    route.draw();
    if (isOther()) url.focus();
  });
  url.addEventListener("input", () => {
    setError(null);
    onChange();
    route.drawSoon();
  });
  /** @param {string} address */
  function suggest(address) {
    url.value = address;
    setError(null);
    onChange();
    route.draw();
    url.focus();
  }
  step();
  route.draw();

  return {
    element: h(
      "div",
      { class: "field" },
      h("label", { for: selectId }, t("welcome.server")),
      h("div", { class: "select" }, select, icon("chevron")),
      other,
      error,
      route.element,
    ),
    value,
    destroy: route.destroy,
    setError,
    focus: () => field().focus(),
    isEmpty: () => isOther() && url.value.trim() === "",
  };
}

/** @param {string} url */
export function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/**
 * @param {string} a
 * @param {string} b
 */
export function sameAddress(a, b) {
  return a.replace(/\/+$/, "") === b.replace(/\/+$/, "");
}
