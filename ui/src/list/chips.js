/**
 * The chips above the list. Each narrows it to one kind of token, and several to tokens that are of all these kinds: *Full access*
 * and *Older than a year*. How old is chosen from a menu, which is there once that chip is pressed.
 */
/** @import { Facets, FacetCounts, TokenAge } from "../../types/ipc" */

import { button, h } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { openMenu } from "../shared/menu.js";
import { AGES, hasFacets, NO_FACETS, olderThan } from "./facets.js";

/**
 * @param {TokenAge} age the one chosen last
 * @param {{ onFacets: (facets: Facets) => void, onAge: (age: TokenAge) => void }} on
 */
export function facetChips(age, { onFacets, onAge }) {
  let chosen = NO_FACETS;
  const all = chip(() => onFacets(NO_FACETS));
  const full = chip(() => onFacets({ ...chosen, fullAccess: !chosen.fullAccess }));
  // Full access includes it: pressed beside that chip, this one leaves nothing more out.
  const canDelete = chip(() => onFacets({ ...chosen, canDelete: !chosen.canDelete }));
  const old = chip(() => onFacets({ ...chosen, olderThan: chosen.olderThan === null ? age : null }));
  full.element.prepend(h("span", { class: "triangle", "aria-hidden": "true" }, "▲"));
  all.label.textContent = t("facet.all");
  full.label.textContent = t("facet.fullAccess");
  canDelete.label.textContent = t("facet.canDelete");

  const chooseAge = button(icon("chevron"), openAges, {
    class: "button chip age",
    "aria-label": t("age.choose"),
    "aria-haspopup": "menu",
    title: t("age.choose"),
  });
  function openAges() {
    openMenu({
      anchor: chooseAge,
      label: t("age.choose"),
      restore: () => chooseAge.focus({ preventScroll: true }),
      items: AGES.map((one) => ({ label: olderThan(one), checked: one === age, act: () => useAge(one) })),
    });
  }

  /** @param {TokenAge} wanted */
  function useAge(wanted) {
    if (wanted === age) return;
    age = wanted;
    onAge(age);
    onFacets({ ...chosen, olderThan: age });
  }

  return {
    element: h(
      "div",
      { class: "chips", role: "group", "aria-label": t("tokens.show") },
      ...[all.element, full.element, canDelete.element],
      h("span", { class: "chip-and-menu" }, old.element, chooseAge),
    ),
    /**
     * @param {Facets} facets
     * @param {FacetCounts | null} counts of the whole list, whatever was chosen: a chip says what it has, not what it would leave
     */
    update(facets, counts) {
      chosen = facets;
      all.update(!hasFacets(facets), counts?.all);
      full.update(facets.fullAccess, counts?.fullAccess);
      canDelete.update(facets.canDelete, counts?.canDelete);
      old.update(facets.olderThan !== null, counts?.olderThan[age]);
      const text = olderThan(age);
      if (old.label.textContent !== text) old.label.textContent = text;
      const isOld = facets.olderThan !== null;
      if (!isOld && document.activeElement === chooseAge) old.element.focus();
      chooseAge.hidden = !isOld;
    },
  };
}

/** @param {() => void} onPress */
function chip(onPress) {
  const label = h("span");
  const tally = h("b");
  const element = button(label, onPress, { class: "button chip" });
  element.append(" ", tally);
  return {
    element,
    label,
    /**
     * @param {boolean} pressed
     * @param {number | undefined} count
     */
    update(pressed, count) {
      element.setAttribute("aria-pressed", String(pressed));
      element.classList.toggle("none", count === 0);
      const text = count === undefined ? "" : number(count);
      if (tally.textContent !== text) tally.textContent = text;
    },
  };
}
