/** Asks in a dialog, instead of on a page, whether files may go from the list. */

/** A long name may break after each underscore. */
const breakable = (name) =>
  name.split("_").flatMap((part, at) => (at ? ["_", document.createElement("wbr"), part] : [part]));

function ask(dialog, boxes) {
  const find = (selector) => dialog.querySelector(selector);
  const warning = find(".note");
  const isOne = boxes.length === 1;
  const copies = (template, picked) =>
    picked.map(({ dataset: { name } }) => {
      const copy = find(template).content.cloneNode(true);
      const tile = copy.querySelector(".ext");
      if (tile) tile.textContent = name.split(".").at(-1).toUpperCase();
      copy.querySelector("[data-name]").append(...breakable(name));
      return copy;
    });
  const title = isOne ? dialog.dataset.one : dialog.dataset.many;
  const missed = boxes.filter((box) => "missed" in box.dataset);

  find("h2").textContent = title.replace("{count}", boxes.length);
  find("[data-for-one]").hidden = !isOne;
  find("[data-for-many]").hidden = isOne;
  find("ul").replaceChildren(...copies("[data-file]", boxes));
  warning.hidden = missed.length === 0;
  warning.querySelector("div").replaceChildren(...copies("[data-missed-file]", missed));
  dialog.showModal();
}

for (const dialog of document.querySelectorAll("[data-remove]")) {
  const form = dialog.closest("form");

  form.addEventListener("submit", (event) => {
    const boxes = [...form.querySelectorAll("input[name=id]:is(:checked, [type=hidden])")];
    if (event.submitter?.value !== "verwijderen" || boxes.length === 0) return;
    event.preventDefault();
    ask(dialog, boxes);
  });
  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
}
