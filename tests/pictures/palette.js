// The 256 colours that a picture uses most, and for each pixel the nearest of them.
async (png) => {
  const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const picture = await createImageBitmap(blob);
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const bytes = canvas.getImageData(0, 0, width, height).data;
  const colours = new Uint32Array(width * height);
  const counts = new Map();
  for (let at = 0; at < colours.length; at += 1) {
    const [red, green, blue] = bytes.subarray(at * 4, at * 4 + 3);
    colours[at] = (red << 16) | (green << 8) | blue;
    counts.set(colours[at], (counts.get(colours[at]) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256);
  const palette = most.map(([colour]) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  const far = (colour, [red, green, blue]) =>
    ((colour >> 16) - red) ** 2 + (((colour >> 8) & 255) - green) ** 2 + ((colour & 255) - blue) ** 2;
  const nearest = new Map();
  for (const colour of counts.keys()) {
    let best = 0;
    palette.forEach((one, at) => {
      if (far(colour, one) < far(colour, palette[best])) best = at;
    });
    nearest.set(colour, best);
  }
  const pixels = Uint8Array.from(colours, (colour) => nearest.get(colour));
  let text = "";
  for (let at = 0; at < pixels.length; at += 8192) {
    text += String.fromCharCode(...pixels.subarray(at, at + 8192));
  }
  return { width, height, palette: palette.flat(), pixels: btoa(text) };
}
