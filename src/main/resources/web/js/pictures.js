// Small pictures on canvases.
import { divergingTable } from "./colors.js";

/** Paints grey values; the style sheet inverts them on light paper. */
export function paintGreys(canvas, greys, offset, rows, columns) {
  paint(canvas, rows, columns, (i, to) => to.fill(greys[offset + i], 0, 3));
}

/** Paints values in a range as greys. */
export function paintValues(canvas, values, low, high, rows, columns) {
  const width = high > low ? high - low : 1;
  paint(canvas, rows, columns, (i, to) => to.fill((255 * (values[i] - low)) / width, 0, 3));
}

/** Paints bytes around 128 in the two colours. */
export function paintDiverging(canvas, bytes, offset, rows, columns, colors = divergingTable()) {
  paint(canvas, rows, columns, (i, to) => to.set(colors[bytes[offset + i]]));
}

function paint(canvas, rows, columns, color) {
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const to = image.data.subarray(4 * i, 4 * i + 4);
    color(i, to);
    to[3] = 255;
  }
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
