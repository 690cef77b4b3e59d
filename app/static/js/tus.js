/** One large file by tus 1.0: from where the server says it stands, as often as it takes. */

const RESTS = [1, 2, 4, 8, 15, 30];
const SECOND = 1000;
const [LOST, OUT] = [0, 401];
const GONE = new Set([404, 410]);
const LATER = new Set([LOST, 409, 423, 429, 500, 502, 503, 504]);

/** What was said instead of yes; status 0 is nothing at all, since there was no line. */
export class Refusal extends Error {
  constructor(status, sentence = "") {
    super(sentence);
    this.status = status;
  }
}

/** A request, and its answer if that is a yes; where a signal stops it, it is lost. */
export function ask(method, url, { headers = {}, body = null, watch, signal } = {}) {
  return new Promise((answered, refused) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded }) => watch?.(loaded));
    request.addEventListener("load", () => {
      if (request.status < 300) answered(request);
      else refused(new Refusal(request.status, request.response?.sentence));
    });
    for (const end of ["error", "abort"]) {
      request.addEventListener(end, () => refused(new Refusal(LOST)));
    }
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What makes a file the same one when it is chosen again. */
export const modified = (file) => String(file.lastModified);

/** A while, or until there is a line again. */
function rest(seconds, signal) {
  return new Promise((over) => {
    setTimeout(over, seconds * SECOND);
    for (const [who, what] of [[window, "online"], [signal, "abort"]]) {
      who.addEventListener(what, over, { once: true });
    }
  });
}

class Upload {
  constructor(file, way) {
    Object.assign(this, way, { file });
  }

  ask(method, url, { headers = {}, ...more } = {}) {
    const usual = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token() };
    return ask(method, url, { headers: { ...usual, ...headers }, signal: this.signal, ...more });
  }

  async begin() {
    const { name } = this.file;
    const told = { filename: name, draft: this.draft, modified: modified(this.file) };
    const pairs = Object.entries(told).map(([key, text]) => `${key} ${encoded(text)}`);
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": pairs.join(",") };
    const answer = await this.ask("POST", this.home, { headers });
    return answer.getResponseHeader("Location");
  }

  async stands() {
    const answer = await this.ask("HEAD", this.url);
    return Number(answer.getResponseHeader("Upload-Offset"));
  }

  append(offset) {
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": offset,
    };
    const watch = (loaded) => this.watch(offset + loaded);
    return this.ask("PATCH", this.url, { headers, body: this.file.slice(offset), watch });
  }

  async step() {
    this.url ??= await this.begin();
    const offset = await this.stands();
    this.stand(offset, this.url);
    if (offset < this.file.size) await this.append(offset);
  }
}

/**
 * Resolves once the server has all of it; a Refusal when it will not, or no longer.
 * way: home, draft, url (if it was begun before), token(), signal, and what to tell:
 * stand(offset, url), watch(sent), renewed() when who sends is signed in again.
 */
export async function send(file, way) {
  let [tries, stood] = [0, -1];
  const stand = (offset, url) => {
    if (offset > stood) tries = 0;
    stood = offset;
    way.stand(offset, url);
  };
  const upload = new Upload(file, { ...way, stand });
  for (;;) {
    try {
      return await upload.step();
    } catch (error) {
      if (way.signal.aborted || !(error instanceof Refusal)) throw error;
      if (error.status === OUT) await way.renewed();
      else if (GONE.has(error.status) && upload.url) upload.url = undefined;
      else if (LATER.has(error.status) && tries < RESTS.length) {
        await rest(RESTS[tries++], way.signal);
      } else throw error;
    }
  }
}
