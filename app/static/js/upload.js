/** Sends chosen files, three at a time; what the server holds is the truth. */

import { dropped } from "./dropped.js";
import { Refusal, ask, modified, send } from "./tus.js";

const AT_ONCE = 3;
const QUIET = 10_000;
const STILL_HERE = 240_000;
const LARGE = 8 * 2 ** 20; // what is larger is sent so that it can be resumed
const LARGEST = 2 ** 31;
const MEGABYTE = 1_000_000;
const MINUTE = 60;

const twoDecimals = new Intl.NumberFormat("nl-BE", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const whole = new Intl.NumberFormat("nl-BE");

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function follow(form, panel) {
  const { upload: to, uploads: home, draft } = form.dataset;
  let token = form.elements.csrf_token.value;
  const words = panel.dataset;
  const find = (name) => panel.querySelector(`[data-${name}]`);
  const [bar, sumLine, told] = [panel.querySelector("progress"), find("sum-line"), find("told")];
  const [running, failures, failedList] = [find("running"), find("failures"), find("failed-list")];
  const [pause, out] = [find("pause"), find("out-note")];
  const pauseWord = pause.textContent;
  const line = panel.querySelector("template").content;
  const counter = document.querySelector("[data-held]");
  const begun = document.querySelector("[data-begun]");
  const items = [];
  let [active, began, spoken, skipped, here] = [0, 0, 0, 0, 0];
  let inDraft = Number(counter.textContent);
  let [isPaused, isCut, isOut] = [false, false, false];
  let back = () => {};

  function megabytes(size) {
    const tooSmall = size > 0 && size < MEGABYTE / 100;
    return tooSmall ? words.less : `${twoDecimals.format(size / MEGABYTE)} MB`;
  }

  const inState = (state) => items.filter((item) => item.state === state);
  const total = (list, of) => list.reduce((sum, item) => sum + of(item), 0);

  function left(sent, size) {
    const seconds = ((performance.now() - began) / 1000) * ((size - sent) / sent);
    if (!sent || sent >= size) return "";
    const minutes = Math.ceil(seconds / MINUTE);
    return seconds < MINUTE ? words.soon : fill(words.left, { minutes: whole.format(minutes) });
  }

  function summary() {
    const [done, failed] = [inState("done"), inState("failed")];
    const going = items.filter((item) => item.state !== "failed");
    const sent = total(going, (item) => item.sent);
    const size = total(going, (item) => item.file.size);
    const before = total(going, (item) => item.from);
    const numbers = {
      done: whole.format(done.length),
      total: whole.format(items.length),
      sent: megabytes(sent),
      size: megabytes(size),
      failed: whole.format(failed.length),
      skipped: whole.format(skipped),
    };
    bar.value = size ? sent / size : Number(going.length === 0);
    const isOver = active === 0 && inState("waiting").length === 0;
    const [finished, running] =
      items.length === 1
        ? [words.finishedOne, words.sumOne]
        : [words.finished, words.sum];
    return [
      fill(isOver ? finished : running, numbers),
      isOver || isCut || isOut ? "" : left(sent - before, size - before),
      failed.length ? fill(words.failed, numbers) : "",
      skipped ? fill(words.skipped, numbers) : "",
      isCut ? words.cut : "",
    ];
  }

  function paint() {
    const [said, remaining, ...rest] = summary();
    const sentences = [remaining ? `${said}, ${remaining}` : said, ...rest].filter(Boolean);
    sumLine.textContent = sentences.map((text) => text.replace(/[^.]$/, "$&.")).join(" ");
    failures.hidden = inState("failed").length === 0;
    out.hidden = !isOut;
    const isOver = active === 0;
    pause.hidden = isOver && inState("waiting").length === 0;
    if (isOver || performance.now() - spoken > QUIET) {
      spoken = performance.now();
      told.textContent = sumLine.textContent;
    }
  }

  function show(item, list, text) {
    item.line?.remove();
    item.line = line.cloneNode(true).firstElementChild;
    const [name, progress] = item.line.children;
    name.textContent = text;
    item.progress = progress;
    progress.setAttribute("aria-label", item.file.name);
    list.append(item.line);
  }

  function fail(item, reason, isLost = false) {
    Object.assign(item, { state: "failed", sent: 0, from: 0, isLost });
    show(item, failedList, `${item.file.name}: ${reason}`);
    item.progress.remove();
  }

  function wait(item) {
    Object.assign(item, { state: "waiting", sent: item.from, isLost: false });
    item.line?.remove();
  }

  function count(files) {
    inDraft = files;
    counter.textContent = whole.format(files);
  }

  function succeed(item, isNew) {
    Object.assign(item, { state: "done", sent: item.file.size });
    item.line?.remove();
    if (isNew) count(inDraft + 1);
  }

  function watch(item, sent) {
    item.sent = Math.min(sent, item.file.size);
    item.progress.value = item.sent / item.file.size;
    stay();
    paint();
  }

  /** Who sends for long is here all the while: the house is told, and so is this page. */
  function stay() {
    if (performance.now() - here < STILL_HERE) return;
    here = performance.now();
    held();
  }

  /** Until who sends is signed in again, in another tab. */
  function signedIn() {
    isOut = true;
    paint();
    return new Promise((over) => {
      const former = back;
      back = () => {
        former();
        over();
      };
    });
  }

  async function look() {
    if (!isOut || !(await held())) return;
    [isOut, here] = [false, performance.now()];
    const waiting = back;
    back = () => {};
    waiting();
    next();
  }

  async function sendWhole(item) {
    const request = await ask("POST", `${to}?naam=${encodeURIComponent(item.file.name)}`, {
      headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token },
      body: item.file,
      watch: (sent) => watch(item, sent),
    });
    if (typeof request.response?.new === "boolean") return request.response.new;
    throw new Refusal(401); // the page where one signs in came instead
  }

  async function sendLarge(item) {
    await send(item.file, {
      home,
      draft,
      url: item.url,
      token: () => token,
      signal: item.stop.signal,
      renewed: signedIn,
      watch: (sent) => watch(item, sent),
      stand: (offset, url) => {
        Object.assign(item, { from: offset, url });
        watch(item, offset);
      },
    });
    return true;
  }

  async function run(item) {
    try {
      succeed(item, await (item.file.size > LARGE ? sendLarge(item) : sendWhole(item)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused(item, error);
    } finally {
      active -= 1;
      next();
    }
  }

  function refused(item, { status, message }) {
    if (item.stop.signal.aborted) wait(item);
    else if (status === 401) {
      wait(item);
      signedIn();
    } else if (message) fail(item, message);
    else if (status === 0) fail(item, words.lost, true);
    else fail(item, fill(words.refused, { status }));
  }

  function next() {
    const free = isPaused || isCut || isOut ? 0 : AT_ONCE - active;
    for (const item of inState("waiting").slice(0, free)) {
      Object.assign(item, { state: "running", stop: new AbortController() });
      active += 1;
      show(item, running, item.file.name);
      run(item);
    }
    paint();
  }

  /** What the server has of the draft: whole files, and uploads that were begun. */
  async function held() {
    try {
      const { response } = await ask("GET", to);
      if (!response) return null;
      token = response.token;
      if (active === 0) count(response.files.length);
      return response;
    } catch {
      return null; // the server says at each file what it has
    }
  }

  function judge(item, there) {
    const { name, size } = item.file;
    if (size === 0) fail(item, words.empty);
    else if (size >= LARGEST) fail(item, words.large);
    else if (there?.files.some(([other, bytes]) => other === name && bytes === size)) {
      skipped += 1;
      succeed(item, false);
    }
    item.url = there?.uploads.find(
      (one) => one.name === name && one.size === size && one.modified === modified(item.file),
    )?.url;
  }

  /** Leave in the list of what was begun only what nobody goes on with yet. */
  function strike(there) {
    if (!begun || !there) return;
    const goesOn = new Set(items.map((item) => item.url));
    for (const row of begun.querySelectorAll("[data-url]")) {
      const { url } = row.dataset;
      if (goesOn.has(url) || !there.uploads.some((one) => one.url === url)) row.remove();
    }
    begun.hidden = !begun.querySelector("[data-url]");
  }

  function start() {
    panel.hidden = false;
    began = here = performance.now();
    next();
  }

  async function take(files) {
    const there = await held();
    for (const file of files) {
      if (file.name.startsWith(".")) continue;
      const item = { file, state: "waiting", sent: 0, from: 0 };
      items.push(item);
      judge(item, there);
    }
    strike(there);
    start();
  }

  async function again(which) {
    const there = await held();
    for (const item of which) {
      wait(item);
      judge(item, there);
    }
    start();
  }

  for (const input of form.querySelectorAll("input[type=file]")) {
    const chosen = () => {
      if (input.files.length === 0) return;
      take([...input.files]);
      input.value = "";
    };
    input.addEventListener("change", chosen);
    chosen(); // by somebody who was quicker than this script
  }
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    dropped(event.dataTransfer).then(take);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? pause.dataset.resume : pauseWord;
    for (const item of isPaused ? inState("running") : []) {
      if (item.file.size > LARGE) item.stop.abort(); // it goes on from there
    }
    next();
  });
  find("again").addEventListener("click", () => again(inState("failed")));
  window.addEventListener("offline", () => {
    isCut = items.length > 0;
    paint();
  });
  window.addEventListener("online", () => {
    isCut = false;
    again(inState("failed").filter((item) => item.isLost));
  });
  window.addEventListener("beforeunload", (event) => {
    if (active > 0) event.preventDefault();
  });
  // whoever is signed out here signs in elsewhere: what was chosen stays chosen
  document.addEventListener("leave", (event) => {
    if (active === 0 && inState("waiting").length === 0) return;
    event.preventDefault();
    signedIn();
  });
  new BroadcastChannel("here").addEventListener("message", look);
  document.addEventListener("visibilitychange", look);

  for (const part of form.querySelectorAll("[data-script]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-no-script]")) part.hidden = true;
}

for (const form of document.querySelectorAll("[data-upload]")) {
  follow(form, document.querySelector("[data-progress]"));
}
