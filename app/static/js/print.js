/** Prints the page with one click; without scripts there is no button, only the browser's own. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}
