/** Warns two minutes before an idle session ends; every tab of this site keeps it alive. */

const WARNING = 120_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const IDLE = 15 * MINUTE;

const dialog = document.querySelector("[data-stay]");
const [form] = dialog.querySelectorAll("form");
const tabs = new BroadcastChannel("stay");
let [end, timer] = [0, 0];

/** Unless something here is not done: its page lets one sign in beside it. */
function leave() {
  if (!document.dispatchEvent(new CustomEvent("leave", { cancelable: true }))) {
    dialog.close();
    return;
  }
  const back = encodeURIComponent(location.pathname + location.search);
  location.assign(`${dialog.dataset.out}?verder=${back}&stil=1`);
}

/** The clock on the wall decides: a timer stands still while a laptop sleeps. */
function look() {
  const left = end - Date.now();
  clearTimeout(timer);
  if (left <= 0) leave();
  else if (left > WARNING) timer = setTimeout(look, left - WARNING);
  else {
    if (!dialog.open) dialog.showModal();
    timer = setTimeout(look, left);
  }
}

function until(moment) {
  end = Math.max(end, moment);
  if (dialog.open && end - Date.now() > WARNING) dialog.close();
  look();
}

function stays(left) {
  const moment = Date.now() + left;
  tabs.postMessage(moment);
  until(moment);
}

/** A download or an upload was asked for; the house notes such at most once a minute. */
function asked(moment) {
  const certain = moment + IDLE - MINUTE;
  tabs.postMessage(certain);
  until(certain);
}

async function renew() {
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.status === 204) stays(IDLE);
    else leave();
  } catch {
    // no line right now: the warning stays, and so does its button
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  renew();
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  renew();
});
document.addEventListener("visibilitychange", look);
for (const [kind, asker] of [["click", "a[href]"], ["submit", "form"]]) {
  document.addEventListener(kind, (event) => {
    const isAsked = event.target.closest(asker) && !event.defaultPrevented;
    if (isAsked && !dialog.contains(event.target)) asked(Date.now());
  });
}
new PerformanceObserver((list) => {
  for (const { initiatorType, startTime } of list.getEntries()) {
    if (initiatorType === "xmlhttprequest") asked(performance.timeOrigin + startTime);
  }
}).observe({ type: "resource" });
tabs.addEventListener("message", ({ data }) => until(data));
stays(Number(dialog.dataset.left) * SECOND);
new BroadcastChannel("here").postMessage(null); // for a page that waits for whoever was out
