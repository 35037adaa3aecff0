// Chooses a project, waits until its list has stopped loading, sorts it by name, and tells how long all that took
// until the frame with the sorted rows.
const [project, done] = arguments;

const until = (met) =>
  new Promise((resolve) => {
    const look = () => {
      const answer = met();
      if (!answer) return;
      observer.disconnect();
      resolve(answer);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const names = () => [...document.querySelectorAll(".rows .name")].map((cell) => cell.textContent).join("\n");
const settled = () => document.querySelector("[aria-label='Stop loading']")?.hidden;
const isIt = (button) => button.querySelector("bdi")?.textContent === project;

(async () => {
  document.querySelector(".where").click();
  const choice = await until(() => [...document.querySelectorAll("dialog .project")].find(isIt));
  const start = performance.now();
  choice.click();
  await until(settled);
  const first = document.querySelector(".rows .name") && (await until(names));
  if (first) {
    document.querySelector(".head .name button").click();
    await until(() => names() !== first);
    await frame();
  }
  const milliseconds = performance.now() - start;
  done({ milliseconds, status: document.querySelector(".status-list").textContent });
})();
