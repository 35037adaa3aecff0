/**
 * Exports what the filter shows to a file, which a dialog of the desktop asks for. No token's value is in it.
 */
/** @import { Connection, ExportFormat, ProjectSummary, View } from "../../types/ipc" */

import { exportTokens } from "../ipc.js";
import { toast } from "../shared/announce.js";
import { problemToast } from "../shared/copy-details.js";
import { userText } from "../shared/dom.js";
import { asProblem } from "../shared/errors.js";
import { t, tNodes } from "../shared/language.js";
import { openMenu } from "../shared/menu.js";

/**
 * @param {{ anchor: HTMLElement, connection: Connection, project: ProjectSummary, view: View }} options `anchor` is what was pressed
 */
export function openExportMenu({ anchor, connection, project, view }) {
  /** @param {ExportFormat} format */
  async function save(format) {
    const { id, name } = project;
    try {
      const exported = await exportTokens({ connection: connection.id, project: id, name, view, format });
      if (exported)
        toast(...tNodes("export.done", { count: exported.tokens, file: userText(exported.file) }));
    } catch (reason) {
      problemToast(asProblem(reason), { title: t("export.failed") });
    }
  }
  openMenu({
    anchor,
    label: t("export.title"),
    restore: () => anchor.focus({ preventScroll: true }),
    items: [
      { label: t("export.csv"), act: () => void save("csv") },
      { label: t("export.json"), act: () => void save("json") },
    ],
  });
}
