/** Keeps the numbers of what is going out fresh, without a new page and without moving focus. */

const EVERY = 15_000;

function show(panel, { lines, said }) {
  for (const [name, { done, total, text }] of Object.entries(lines)) {
    const line = panel.querySelector(`[data-line="${name}"]`);
    const bar = line.querySelector("progress");
    bar.max = Math.max(total, 1);
    bar.value = done;
    line.querySelector("[data-text]").textContent = text;
  }
  const told = panel.querySelector("[data-said]");
  if (told.textContent !== said) told.textContent = said;
}

async function ask(panel) {
  try {
    const answer = await fetch(panel.dataset.live, { headers: { Accept: "application/json" } });
    if (answer.status >= 500) return wait(panel); // not now
    if (answer.redirected || !answer.ok) return; // signed out, or gone: what is here stays
    const now = await answer.json();
    if (now.next) return location.assign(now.next); // it left, or waits no more
    show(panel, now);
    if (!now.more) return;
  } catch {
    // the line is away: try again
  }
  wait(panel);
}

function wait(panel) {
  setTimeout(() => ask(panel), EVERY);
}

for (const panel of document.querySelectorAll("[data-live]")) wait(panel);
