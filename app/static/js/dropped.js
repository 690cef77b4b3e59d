/** What somebody dropped on a page, as files: of a folder those that lie in it. */

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
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  if (!entries.every(Boolean)) return [...transfer.files];
  return (await Promise.all(entries.map(inside))).flat();
}
