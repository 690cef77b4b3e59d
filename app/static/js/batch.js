/** The files that somebody chose, and how far each of them came. */

const total = (items, of) => items.reduce((sum, item) => sum + of(item), 0);

export class Batch {
  items = [];
  active = 0; // how many are on their way
  skipped = 0; // how many the draft had already
  began = 0;
  isPaused = false;
  isCut = false; // there is no line
  isOut = false; // who sends was signed out

  add(file) {
    const item = { file, state: "waiting", sent: 0, from: 0 };
    this.items.push(item);
    return item;
  }

  /** Those that are waiting, running, done or failed. */
  in(state) {
    return this.items.filter((item) => item.state === state);
  }

  /** Those that failed and may come through yet: an empty file stays empty. */
  get retriable() {
    return this.in("failed").filter((item) => !item.isUnfit);
  }

  get isOver() {
    return this.active === 0 && this.in("waiting").length === 0;
  }

  /** Those that may set out now, when so many may be on their way at a time. */
  ready(most) {
    const isHeld = this.isPaused || this.isCut || this.isOut;
    return this.in("waiting").slice(0, isHeld ? 0 : most - this.active);
  }

  /** In bytes, of all that did not fail: sent, to send, and what came before today. */
  bytes() {
    const going = this.items.filter((item) => item.state !== "failed");
    return {
      sent: total(going, (item) => item.sent),
      size: total(going, (item) => item.file.size),
      before: total(going, (item) => item.from),
    };
  }

  /** How much longer at the pace so far, in seconds; 0 when nobody can say. */
  left() {
    const { sent, size, before } = this.bytes();
    const [came, all] = [sent - before, size - before];
    if (!came || came >= all) return 0;
    return ((performance.now() - this.began) / 1000) * ((all - came) / came);
  }
}
