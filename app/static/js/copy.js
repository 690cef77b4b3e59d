/** Copies a text with one click, and says so; without a clipboard there is no button. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[role=status]");

  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value ?? text.textContent);
      said.textContent = button.dataset.done;
    } catch {
      // Who may not copy here finds it selected, for the keyboard's own way.
      text.select ? text.select() : getSelection().selectAllChildren(text);
    }
  });
  button.hidden = !navigator.clipboard;
}
