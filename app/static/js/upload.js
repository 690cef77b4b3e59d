/** Sends chosen files one by one, three at a time; what the server holds is the truth. */

const AT_ONCE = 3;
const QUIET = 10_000;
const LARGEST = 2 ** 31;
const MEGABYTE = 1_000_000;
const MINUTE = 60;

const twoDecimals = new Intl.NumberFormat("nl-BE", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const whole = new Intl.NumberFormat("nl-BE");

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** What a folder holds, however deep: a browser hands it out a part at a time. */
async function inside(entry) {
  if (entry.isFile) return [await new Promise((found, lost) => entry.file(found, lost))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const part = await new Promise((found, lost) => reader.readEntries(found, lost));
    if (part.length === 0) return files;
    for (const one of part) files.push(...(await inside(one)));
  }
}

/** The files that were dropped, those in folders too. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  if (!entries.every(Boolean)) return [...transfer.files];
  return (await Promise.all(entries.map(inside))).flat();
}

function follow(form, panel) {
  const to = form.dataset.upload;
  const token = form.elements.csrf_token.value;
  const words = panel.dataset;
  const find = (name) => panel.querySelector(`[data-${name}]`);
  const [bar, sumLine, told] = [panel.querySelector("progress"), find("sum-line"), find("told")];
  const [running, failures, failedList] = [find("running"), find("failures"), find("failed-list")];
  const pause = find("pause");
  const pauseWord = pause.textContent;
  const line = panel.querySelector("template").content;
  const counter = document.querySelector("[data-held]");
  const items = [];
  let [active, began, spoken, skipped] = [0, 0, 0, 0];
  let inDraft = Number(counter.textContent);
  let [isPaused, isCut] = [false, false];

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
    const counted = items.length - failed.length;
    const sent = total(items, (item) => (item.state === "failed" ? 0 : item.sent));
    const size = total(items, (item) => (item.state === "failed" ? 0 : item.file.size));
    const numbers = {
      done: whole.format(done.length),
      total: whole.format(items.length),
      sent: megabytes(sent),
      size: megabytes(size),
      failed: whole.format(failed.length),
      skipped: whole.format(skipped),
    };
    bar.value = size ? sent / size : Number(counted === 0);
    const isOver = active === 0 && inState("waiting").length === 0;
    const [finished, running] =
      items.length === 1
        ? [words.finishedOne, words.sumOne]
        : [words.finished, words.sum];
    return [
      fill(isOver ? finished : running, numbers),
      isOver || isCut ? "" : left(sent, size),
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
    Object.assign(item, { state: "failed", sent: 0, isLost });
    show(item, failedList, `${item.file.name}: ${reason}`);
    item.progress.remove();
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

  function answered(item, request) {
    const answer = request.response;
    if (request.status < 300 && typeof answer?.new === "boolean") succeed(item, answer.new);
    else if (answer?.sentence) fail(item, answer.sentence);
    else if (request.status < 300) fail(item, words.out, true);
    else fail(item, fill(words.refused, { status: request.status }));
  }

  function send(item) {
    const request = new XMLHttpRequest();
    request.open("POST", `${to}?naam=${encodeURIComponent(item.file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", token);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded }) => {
      item.sent = loaded;
      item.progress.value = loaded / item.file.size;
      paint();
    });
    request.addEventListener("load", () => answered(item, request));
    request.addEventListener("error", () => fail(item, words.lost, true));
    request.addEventListener("loadend", () => {
      active -= 1;
      next();
    });
    request.send(item.file);
  }

  function next() {
    const free = isPaused || isCut ? 0 : AT_ONCE - active;
    for (const item of inState("waiting").slice(0, free)) {
      item.state = "running";
      active += 1;
      show(item, running, item.file.name);
      send(item);
    }
    paint();
  }

  async function held() {
    try {
      const answer = await fetch(to, { headers: { Accept: "application/json" } });
      const { files } = await answer.json();
      if (active === 0) count(files.length);
      return new Map(files);
    } catch {
      return new Map(); // the server says at each file what it has
    }
  }

  function judge(item, there) {
    const { name, size } = item.file;
    if (size === 0) fail(item, words.empty);
    else if (size >= LARGEST) fail(item, words.large);
    else if (there.get(name) === size) {
      skipped += 1;
      succeed(item, false);
    }
  }

  async function take(files) {
    const there = await held();
    for (const file of files) {
      if (file.name.startsWith(".")) continue;
      const item = { file, state: "waiting", sent: 0 };
      items.push(item);
      judge(item, there);
    }
    panel.hidden = false;
    began = performance.now();
    next();
  }

  async function again(which) {
    const there = await held();
    for (const item of which) {
      item.line?.remove();
      item.state = "waiting";
      judge(item, there);
    }
    began = performance.now();
    next();
  }

  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      take([...input.files]);
      input.value = "";
    });
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

  for (const part of form.querySelectorAll("[data-script]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-no-script]")) part.hidden = true;
}

for (const form of document.querySelectorAll("[data-upload]")) {
  follow(form, document.querySelector("[data-progress]"));
}
