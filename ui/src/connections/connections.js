/**
 * The saved connections: one click, or the command key and its number, switches to one; a menu renames it, marks it as production,
 * gives it a color, signs out of it or forgets it.
 */
/** @import { ConnectionColor, KnownConnection } from "../../types/ipc" */

import { listConnections, markProduction, renameConnection, setConnectionColor } from "../ipc.js";
import { announce } from "../shared/announce.js";
import { COLORS, colorDot } from "../shared/connection-color.js";
import { problemToast } from "../shared/copy-details.js";
import { AS_TYPED, button, h, userText } from "../shared/dom.js";
import { asProblem, oneLine } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { hint } from "../shared/keys.js";
import { t } from "../shared/language.js";
import { openMenu } from "../shared/menu.js";
import { banner, setFieldError } from "../shared/notices.js";

/** As many as there are digits to press. */
export const WITH_A_KEY = 9;

/**
 * Signed out or signed in for the session only, with a bearer token that may still be in the keyring: its deletion could
 * not be proven, and is offered again.
 * @param {KnownConnection} connection
 */
const mayBeInKeyring = ({ signedIn, sessionOnly, inKeyring }) => inKeyring && (!signedIn || sessionOnly);

/** @param {ConnectionColor | null} color */
const colorName = (color) => t(color === null ? "connection.noColor" : `connection.${color}`);

/**
 * @param {{
 *   current: string | null,
 *   onOpen: (connection: KnownConnection) => void,
 *   onLeave: (connection: KnownConnection, how: "sign out" | "forget") => void,
 *   onChanged?: (connection: KnownConnection) => void,
 *   onList?: (connections: KnownConnection[]) => void,
 * }} options `current` is the id of the one in use
 */
export function connectionList({ current, onOpen, onLeave, onChanged, onList }) {
  const list = h("ul", { class: "project-list" });
  const element = h("div", { class: "connections" }, list);
  /** @type {KnownConnection[]} */
  let known = [];

  async function load() {
    try {
      known = await listConnections();
      element.replaceChildren(list);
      draw();
      showCurrent();
      onList?.(known);
    } catch (reason) {
      element.replaceChildren(
        banner(
          asProblem(reason),
          button(t("action.tryAgain"), () => void load()),
        ),
      );
    }
  }

  /** Scrolls to the one in use, within the list only: what has the focus elsewhere stays in sight. */
  function showCurrent() {
    const row = list.querySelector("[aria-current]")?.closest("li");
    if (!row) return;
    const [at, room] = [row.getBoundingClientRect(), element.getBoundingClientRect()];
    if (at.bottom > room.bottom) element.scrollTop += at.bottom - room.bottom;
    else if (at.top < room.top) element.scrollTop -= room.top - at.top;
  }

  const draw = () => list.replaceChildren(...known.map((one, at) => h("li", {}, ...item(one, at))));

  /**
   * @param {KnownConnection} connection
   * @param {number} at
   */
  function item(connection, at) {
    const { id, name, host, sample, account, signedIn, production, color } = connection;
    const isCurrent = id === current;
    const facts = [
      production ? t("connection.production") : null,
      account,
      host === name ? null : host,
      signedIn ? null : t("connection.signedOut"),
    ].filter((fact) => fact !== null);
    const open = button(
      h(
        "span",
        { class: "project-text" },
        h("span", { class: "project-name" }, colorDot(color), userText(name)),
        h("small", { class: "user-text" }, sample ? t("connection.fresh") : facts.join(" · ")),
        mayBeInKeyring(connection) && h("small", {}, t("connection.mayBeInKeyring")),
      ),
      () => onOpen(connection),
      { class: "button project", "aria-current": isCurrent ? "true" : null },
    );
    if (isCurrent) open.append(icon("check"));
    else if (at < WITH_A_KEY) open.append(h("kbd", { "aria-hidden": "true" }, hint(String(at + 1))));
    const more = button(icon("more"), () => showMenu(connection, more), {
      class: "button icon quiet",
      "aria-label": t("action.moreFor", { name }),
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    });
    return [open, more];
  }

  /**
   * @param {KnownConnection} connection
   * @param {HTMLElement} anchor
   */
  function showMenu(connection, anchor) {
    const { sample, signedIn, inKeyring, name, production } = connection;
    const leave = { label: t("action.signOut"), act: () => onLeave(connection, "sign out") };
    openMenu({
      anchor,
      label: name,
      restore: () => anchor.focus({ preventScroll: true }),
      items: [
        { label: t("action.rename"), act: () => rename(connection) },
        ...(sample
          ? []
          : [
              {
                label: t(production ? "connection.unmarkProduction" : "connection.markProduction"),
                act: () => void mark(connection),
              },
              { label: t("connection.color"), act: () => showColors(connection, anchor) },
            ]),
        ...(sample || !(signedIn || inKeyring) ? [] : [leave]),
        {
          label: sample ? t("action.leave") : t("action.forget"),
          danger: true,
          act: () => onLeave(connection, "forget"),
        },
      ],
    });
  }

  /**
   * @param {KnownConnection} connection
   * @param {HTMLElement} anchor
   */
  function showColors(connection, anchor) {
    openMenu({
      anchor,
      label: t("connection.colorOf", { name: connection.name }),
      restore: () => anchor.focus({ preventScroll: true }),
      items: [null, ...COLORS].map((color) => ({
        label: colorName(color),
        mark: color && colorDot(color),
        checked: color === connection.color,
        act: () => void paint(connection, color),
      })),
    });
  }

  /** @param {KnownConnection} connection */
  const mark = (connection) => {
    const production = !connection.production;
    return change(connection, {
      send: () => markProduction({ connection: connection.id, production }),
      made: { production },
      said: t(production ? "connection.nowProduction" : "connection.notProduction"),
    });
  };

  /**
   * @param {KnownConnection} connection
   * @param {ConnectionColor | null} color
   */
  const paint = (connection, color) =>
    change(connection, {
      send: () => setConnectionColor({ connection: connection.id, color }),
      made: { color },
      said: t("connection.nowColor", { color: colorName(color) }),
    });

  /**
   * @param {KnownConnection} connection
   * @param {{ send: () => Promise<void>, made: Partial<KnownConnection>, said: string }} what
   */
  async function change(connection, { send, made, said }) {
    try {
      await send();
      Object.assign(connection, made);
      onChanged?.(connection);
      draw();
      focusOn(connection);
      announce(said);
    } catch (reason) {
      problemToast(asProblem(reason), { title: t("connection.notMarked") });
    }
  }

  /** @param {KnownConnection} connection */
  function rename(connection) {
    const at = known.indexOf(connection);
    const place = list.children[at];
    if (!place) return;
    const error = h("p", { class: "field-error", role: "alert", hidden: true });
    const field = h("input", {
      type: "text",
      class: "text",
      maxlength: 60,
      "aria-label": t("connection.name"),
      ...AS_TYPED,
    });
    field.value = connection.name;
    const stop = () => {
      draw();
      focusOn(connection);
    };
    const save = async () => {
      try {
        await renameConnection({ connection: connection.id, name: field.value });
        connection.name = field.value.trim();
        onChanged?.(connection);
        stop();
      } catch (reason) {
        setFieldError(error, field, oneLine(asProblem(reason)));
        field.focus();
      }
    };
    const form = h(
      "form",
      { class: "rename", novalidate: true },
      field,
      h("button", { type: "submit", class: "button small" }, t("action.save")),
      button(t("action.cancel"), stop, { class: "button small" }),
      error,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void save();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // The panel itself stays.
      event.preventDefault();
      event.stopPropagation();
      stop();
    });
    place.replaceChildren(form);
    field.select();
    field.focus();
  }

  /** @param {KnownConnection} connection */
  function focusOn(connection) {
    const more = list.children[known.indexOf(connection)]?.querySelector("[aria-haspopup]");
    if (more instanceof HTMLElement) more.focus();
  }

  return { element, load };
}
