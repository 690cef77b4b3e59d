/** Shows how far a batch came: a bar, what is left, a line for each file on its way. */

const QUIET = 10_000; // between two sentences for who hears the page
const MEGABYTE = 1_000_000;
const MINUTE = 60;

const twoDecimals = new Intl.NumberFormat("nl-BE", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const whole = new Intl.NumberFormat("nl-BE");

/** A number as people here write it. */
export const number = (count) => whole.format(count);

export class Progress {
  #spoken = 0;

  constructor(panel) {
    const find = (name) => panel.querySelector(`[data-${name}]`);
    Object.assign(this, { panel, words: panel.dataset });
    [this.pause, this.again] = [find("pause"), find("again")];
    this.pauseWord = this.pause.textContent;
    this.bar = panel.querySelector("progress");
    [this.sumLine, this.told, this.out] = [find("sum-line"), find("told"), find("out-note")];
    [this.running, this.failures] = [find("running"), find("failures")];
    this.failedList = find("failed-list");
    this.line = panel.querySelector("template").content;
  }

  /** A sentence of the page, with these values in its places. */
  say(sentence, values = {}) {
    return this.words[sentence].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  paint(batch) {
    const { sent, size } = batch.bytes();
    const failed = batch.in("failed").length;
    this.bar.value = size ? sent / size : Number(batch.items.length === failed);
    this.sumLine.textContent = this.#sentences(batch)
      .map((text) => text.replace(/[^.]$/, "$&."))
      .join(" ");
    this.failures.hidden = failed === 0;
    this.again.hidden = batch.retriable.length === 0;
    this.out.hidden = !batch.isOut;
    this.pause.hidden = batch.isOver;
    this.#speak(batch.active === 0);
  }

  /** The button says what it does next. */
  turn(isPaused) {
    this.pause.textContent = isPaused ? this.pause.dataset.resume : this.pauseWord;
  }

  /** A line for a file that sets out. */
  show(item) {
    this.#put(item, this.running, item.file.name);
  }

  watch(item) {
    item.progress.value = item.sent / item.file.size;
  }

  /** A line for a file that will not go, with the reason. */
  fail(item, reason) {
    this.#put(item, this.failedList, `${item.file.name}: ${reason}`);
    item.progress.remove();
  }

  clear(item) {
    item.line?.remove();
  }

  #put(item, list, text) {
    this.clear(item);
    item.line = this.line.cloneNode(true).firstElementChild;
    const [name, progress] = item.line.children;
    name.textContent = text;
    item.progress = progress;
    progress.setAttribute("aria-label", item.file.name);
    list.append(item.line);
  }

  #sentences(batch) {
    const { sent, size } = batch.bytes();
    const failed = batch.in("failed").length;
    const numbers = {
      done: number(batch.in("done").length),
      total: number(batch.items.length),
      sent: this.#megabytes(sent),
      size: this.#megabytes(size),
      failed: number(failed),
      skipped: number(batch.skipped),
    };
    const one = batch.items.length === 1 ? "One" : "";
    const said = this.say(`${batch.isOver ? "finished" : "sum"}${one}`, numbers);
    const left = this.#left(batch);
    return [
      left ? `${said}, ${left}` : said,
      failed ? this.say("failed", numbers) : "",
      batch.skipped ? this.say("skipped", numbers) : "",
      batch.isCut ? this.say("cut") : "",
    ].filter(Boolean);
  }

  #left(batch) {
    const seconds = batch.left();
    if (!seconds || batch.isOver || batch.isCut || batch.isOut) return "";
    if (seconds < MINUTE) return this.say("soon");
    return this.say("left", { minutes: number(Math.ceil(seconds / MINUTE)) });
  }

  #megabytes(size) {
    const tooSmall = size > 0 && size < MEGABYTE / 100;
    return tooSmall ? this.say("less") : `${twoDecimals.format(size / MEGABYTE)} MB`;
  }

  #speak(isOver) {
    if (!isOver && performance.now() - this.#spoken <= QUIET) return;
    this.#spoken = performance.now();
    this.told.textContent = this.sumLine.textContent;
  }
}
