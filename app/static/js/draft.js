/** A draft as the server has it: what it holds, and how one more file gets in. */

import { Refusal, ask, send } from "./tus.js";

const LARGE = 8 * 2 ** 20; // what is larger is sent so that it can be resumed

export const isLarge = (file) => file.size > LARGE;

export class Draft {
  #token;

  constructor(form) {
    const { upload, uploads, draft } = form.dataset;
    Object.assign(this, { to: upload, home: uploads, draft });
    this.#token = form.elements.csrf_token.value;
  }

  /** Its whole files, and the uploads that were begun; null if the server is silent. */
  async held() {
    try {
      const { response } = await ask("GET", this.to);
      if (!response) return null;
      this.#token = response.token;
      return response;
    } catch {
      return null; // the server says at each file what it has
    }
  }

  /**
   * Resolves once the draft has the file; whether it is new there.
   * tell: watch(sent), stand(offset, url), and renewed() as tus.js asks for them.
   */
  put(item, tell) {
    return isLarge(item.file) ? this.#large(item, tell) : this.#whole(item, tell);
  }

  async #whole({ file }, { watch }) {
    const { response } = await ask("POST", `${this.to}?naam=${encodeURIComponent(file.name)}`, {
      headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": this.#token },
      body: file,
      watch,
    });
    if (typeof response?.new === "boolean") return response.new;
    throw new Refusal(401); // the page where one signs in came instead
  }

  async #large({ file, url, stop }, tell) {
    const { home, draft } = this;
    const token = () => this.#token;
    await send(file, { home, draft, url, token, signal: stop.signal, ...tell });
    return true;
  }
}
