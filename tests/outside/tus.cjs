// What a client that is not ours sends: whole, in pieces, cut and resumed, with its beginning.
const { createHash, randomBytes } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { Upload } = require("tus-js-client");

const MEBIBYTE = 2 ** 20;
const { endpoint, draft, headers, names } = JSON.parse(readFileSync(0));
const sums = {};

function send(name, content, options = {}) {
  return new Promise((done, failed) => {
    const upload = new Upload(content, {
      endpoint,
      headers,
      metadata: { filename: name, draft },
      retryDelays: [100, 500],
      ...options,
      onProgress: (sent) => options.onProgress?.(sent, upload, done),
      onSuccess: () => done(upload),
      onError: failed,
    });
    upload.start();
  });
}

/** Cut once half of it is there; what was begun. */
function half(name, content, isGivenUp = false) {
  const onProgress = (sent, upload, done) => {
    if (sent > content.length / 2) upload.abort(isGivenUp).then(() => done(upload));
  };
  return send(name, content, { chunkSize: MEBIBYTE, onProgress });
}

async function main() {
  const [whole, pieces, resumed, began, gone] = names;
  const content = randomBytes(12 * MEBIBYTE);
  const sum = createHash("sha256").update(content).digest("hex");
  await send(whole, content);
  await send(pieces, content, { chunkSize: 5 * MEBIBYTE });
  const { url } = await half(resumed, content);
  await send(resumed, content, { uploadUrl: url });
  await send(began, content, { uploadDataDuringCreation: true });
  await half(gone, content, true);
  for (const name of [whole, pieces, resumed, began]) sums[name] = sum;
  console.log(JSON.stringify(sums));
}

main();
