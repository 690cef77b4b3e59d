/** Sends chosen files, three at a time; what the server holds is the truth. */

import { Batch } from "./batch.js";
import { Draft, isLarge } from "./draft.js";
import { dropped } from "./dropped.js";
import { Progress, number } from "./progress.js";
import { Refusal, modified } from "./tus.js";

const AT_ONCE = 3;
const STILL_HERE = 240_000;
const LARGEST = 2 ** 31;

function follow(form, panel) {
  const [batch, draft, progress] = [new Batch(), new Draft(form), new Progress(panel)];
  const counter = document.querySelector("[data-held]");
  const begun = document.querySelector("[data-begun]");
  let inDraft = Number(counter.textContent);
  let here = 0;
  let back = () => {};

  const paint = () => progress.paint(batch);

  function fail(item, reason, isLost = false) {
    Object.assign(item, { state: "failed", sent: 0, from: 0, isLost });
    progress.fail(item, reason);
  }

  function wait(item) {
    Object.assign(item, { state: "waiting", sent: item.from, isLost: false });
    progress.clear(item);
  }

  function succeed(item, isNew) {
    Object.assign(item, { state: "done", sent: item.file.size });
    progress.clear(item);
    if (isNew) count(inDraft + 1);
  }

  function count(files) {
    inDraft = files;
    counter.textContent = number(files);
  }

  function watch(item, sent) {
    item.sent = Math.min(sent, item.file.size);
    progress.watch(item);
    stay();
    paint();
  }

  /** What the server has of the draft; the page's count follows while nothing goes. */
  async function held() {
    const there = await draft.held();
    if (there && batch.active === 0) count(there.files.length);
    return there;
  }

  /** Who sends for long is here all the while: the house is told, and so is this page. */
  function stay() {
    if (performance.now() - here < STILL_HERE) return;
    here = performance.now();
    held();
  }

  /** Until who sends is signed in again, in another tab. */
  function signedIn() {
    batch.isOut = true;
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
    if (!batch.isOut || !(await held())) return;
    [batch.isOut, here] = [false, performance.now()];
    const waiting = back;
    back = () => {};
    waiting();
    next();
  }

  async function run(item) {
    const tell = {
      renewed: signedIn,
      watch: (sent) => watch(item, sent),
      stand: (offset, url) => {
        Object.assign(item, { from: offset, url });
        watch(item, offset);
      },
    };
    try {
      succeed(item, await draft.put(item, tell));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused(item, error);
    } finally {
      batch.active -= 1;
      next();
    }
  }

  function refused(item, { status, message }) {
    if (item.stop.signal.aborted) wait(item);
    else if (status === 401) {
      wait(item);
      signedIn();
    } else if (message) fail(item, message);
    else if (status === 0) fail(item, progress.say("lost"), true);
    else fail(item, progress.say("refused", { status }));
  }

  function next() {
    for (const item of batch.ready(AT_ONCE)) {
      Object.assign(item, { state: "running", stop: new AbortController() });
      batch.active += 1;
      progress.show(item);
      run(item);
    }
    paint();
  }

  function judge(item, there) {
    const { name, size } = item.file;
    item.isUnfit = size === 0 || size >= LARGEST;
    if (size === 0) fail(item, progress.say("empty"));
    else if (size >= LARGEST) fail(item, progress.say("large"));
    else if (there?.files.some(([other, bytes]) => other === name && bytes === size)) {
      batch.skipped += 1;
      succeed(item, false);
    }
    item.url = there?.uploads.find(
      (one) => one.name === name && one.size === size && one.modified === modified(item.file),
    )?.url;
  }

  /** Leave in the list of what was begun only what nobody goes on with yet. */
  function strike(there) {
    if (!begun || !there) return;
    const goesOn = new Set(batch.items.map((item) => item.url));
    for (const row of begun.querySelectorAll("[data-url]")) {
      const { url } = row.dataset;
      if (goesOn.has(url) || !there.uploads.some((one) => one.url === url)) row.remove();
    }
    begun.hidden = !begun.querySelector("[data-url]");
  }

  function start() {
    panel.hidden = false;
    batch.began = here = performance.now();
    next();
  }

  async function take(files) {
    const there = await held();
    for (const file of files) {
      if (!file.name.startsWith(".")) judge(batch.add(file), there);
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

  /** Stand still, or go on; what can be resumed is broken off, and goes on from there. */
  function turn() {
    batch.isPaused = !batch.isPaused;
    progress.turn(batch.isPaused);
    for (const item of batch.isPaused ? batch.in("running") : []) {
      if (isLarge(item.file)) item.stop.abort();
    }
    next();
  }

  function choose() {
    for (const input of form.querySelectorAll("input[type=file]")) {
      const chosen = () => {
        if (input.files.length === 0) return;
        take([...input.files]);
        input.value = "";
      };
      input.addEventListener("change", chosen);
      chosen(); // by somebody who was quicker than this script
    }
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  function drop() {
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
  }

  function listen() {
    progress.pause.addEventListener("click", turn);
    progress.again.addEventListener("click", () => again(batch.retriable));
    window.addEventListener("offline", () => {
      batch.isCut = batch.items.length > 0;
      paint();
    });
    window.addEventListener("online", () => {
      batch.isCut = false;
      again(batch.in("failed").filter((item) => item.isLost));
    });
    window.addEventListener("beforeunload", (event) => {
      if (batch.active > 0) event.preventDefault();
    });
    // whoever is signed out here signs in elsewhere: what was chosen stays chosen
    document.addEventListener("leave", (event) => {
      if (batch.isOver) return;
      event.preventDefault();
      signedIn();
    });
    new BroadcastChannel("here").addEventListener("message", look);
    document.addEventListener("visibilitychange", look);
  }

  choose();
  drop();
  listen();
  for (const part of form.querySelectorAll("[data-script]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-no-script]")) part.hidden = true;
}

for (const form of document.querySelectorAll("[data-upload]")) {
  follow(form, document.querySelector("[data-progress]"));
}
