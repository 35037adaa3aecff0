/**
 * The last net: whatever fails outside the paths the views handle is reported in one plain sentence. The sentence
 * never carries the error's own words, because those may quote what a person typed or a server sent.
 */
import { failureToast } from "../shared/announce.js";
import { t } from "../shared/language.js";

let reported = false;

function tell() {
  // One fault often fires many events; a pile of equal toasts would help nobody.
  if (reported) return;
  reported = true;
  window.setTimeout(() => {
    reported = false;
  }, 5000);
  failureToast(t("error.internal.title"), t("guard.next"));
}

window.addEventListener("error", tell);
window.addEventListener("unhandledrejection", tell);
document.addEventListener("securitypolicyviolation", tell);
