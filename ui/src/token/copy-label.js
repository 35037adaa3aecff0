/** A small button beside a name or an id that copies it. Neither is a secret: both stay on the clipboard. */
/** @import { TokenLabel } from "../../types/ipc" */

import { copyLabel } from "../ipc.js";
import { toast } from "../shared/announce.js";
import { dismissClipboardToast } from "../shared/clipboard-toast.js";
import { problemToast } from "../shared/copy-details.js";
import { button } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { isSignedOut, isStopped } from "../shared/problems.js";

/**
 * @param {{ id: string | null }} connection without an id for a token that was pasted in place of a bearer token
 * @param {string} id the token’s
 * @param {TokenLabel} label
 */
export function copyLabelButton(connection, id, label) {
  const words = label === "id" ? t("copy.id") : t("copy.name");
  return button(
    icon("copy", 14),
    async () => {
      try {
        await copyLabel({ connection: connection.id, id, label });
        // What was copied before is no longer there.
        dismissClipboardToast();
        toast(t(label === "id" ? "copy.idCopied" : "copy.nameCopied"));
      } catch (reason) {
        const problem = asProblem(reason);
        if (!isStopped(problem) && !isSignedOut(problem)) problemToast(problem, { title: t("copy.failed") });
      }
    },
    { class: "button icon small", "aria-label": words, title: words },
  );
}
