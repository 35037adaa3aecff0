// Refreshes the open list and waits until it has been replaced.
const [done] = arguments;

const stop = document.querySelector("[aria-label='Stop loading']");
const observer = new MutationObserver(() => {
  if (!stop.hidden) return;
  observer.disconnect();
  done(null);
});
observer.observe(stop, { attributeFilter: ["hidden"] });
[...document.querySelectorAll("button")].find((button) => button.ariaLabel === "Refresh").click();
