/** Ticks all or none, or a range with Shift; counts along; asks for a tick before acting. */

const MEGABYTE = 1_000_000;
const twoDecimals = new Intl.NumberFormat("nl-BE", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

function megabytes(size, less) {
  const tooSmall = size > 0 && size < MEGABYTE / 100;
  return tooSmall ? less : `${twoDecimals.format(size / MEGABYTE)} MB`;
}

function follow(form) {
  const boxes = [...form.querySelectorAll("input[name=id]")];
  const alls = [...form.querySelectorAll("[data-all] input")];
  const chosen = form.querySelector("[data-chosen]");
  const complaint = form.querySelector("[data-nothing-ticked]");
  const [started, again] = ["started", "again"].map((name) => form.querySelector(`[data-${name}]`));
  const { none, less } = form.dataset;
  let last = null;

  const ticked = () => boxes.filter((box) => box.checked);

  function sizeOf(on) {
    const size = on.reduce((sum, box) => sum + Number(box.dataset.bytes), 0);
    return megabytes(size, less);
  }

  const summary = (on) => (on.length ? `${on.length} (${sizeOf(on)})` : none);

  function paint() {
    const on = ticked();
    for (const box of boxes) {
      box.closest("tr").classList.toggle("is-ticked", box.checked);
    }
    for (const all of alls) {
      all.checked = on.length === boxes.length;
      all.indeterminate = on.length > 0 && !all.checked;
    }
    chosen.querySelector("[role=status]").textContent = summary(on);
    complaint.hidden = complaint.hidden || on.length > 0;
  }

  function tickUpTo(box) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) {
      between.checked = box.checked;
    }
  }

  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) tickUpTo(box);
      last = box;
      paint();
    });
  }

  for (const all of alls) {
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      paint();
    });
    all.closest("[data-all]").hidden = false;
  }

  function say(on) {
    const words = on.length === 1 ? started.dataset.one : started.dataset.many;
    const said = words.replace("{count}", on.length).replace("{size}", sizeOf(on));
    started.replaceChildren(`${said} `, again.content.cloneNode(true));
  }

  form.addEventListener("submit", (event) => {
    const on = ticked();
    if (on.length === 0) {
      event.preventDefault();
      complaint.hidden = false;
      boxes[0].focus();
    } else if (event.submitter?.value === "download") say(on);
  });

  // Going back in the browser brings ticks along.
  window.addEventListener("pageshow", paint);
  chosen.hidden = false;
  paint();
}

for (const form of document.querySelectorAll("[data-selection]")) follow(form);
