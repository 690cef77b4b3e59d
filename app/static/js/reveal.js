/** Shows or hides what is typed in a password field; hidden again before it is sent. */

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  const word = button.querySelector("[data-word]");
  const { hide } = button.dataset;
  const show = word.textContent;

  const reveal = (open) => {
    input.type = open ? "text" : "password";
    word.textContent = open ? hide : show;
    button.setAttribute("aria-pressed", String(open));
  };

  button.addEventListener("click", () => reveal(input.type === "password"));
  // A browser keeps what it sends from a text field for its suggestions.
  input.form.addEventListener("submit", () => reveal(false));
  button.hidden = false;
}
