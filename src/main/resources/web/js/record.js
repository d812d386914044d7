// Draws a record: as a picture, or its numbers as bars.
import { theme } from "./colors.js";

/** Pixels of a bar with a name beside it. */
export const BAR_HEIGHT = 12;
const NAMED = 24; // inputs that have a line of their own
const WIDE = 40;

/** Whether each number has a line of its own, so that names can stand beside. */
export const isListed = ({ rows, columns }) => rows === 1 && columns <= NAMED;

/**
 * @param canvas takes the size that fits
 * @param values bytes
 * @param offset of the record in them
 * @param color of bars; pictures are grey, and inverted by the style sheet on light paper
 * @param other bytes of the record that this one is to be compared with, marked in its bars, or null
 */
export function drawRecord(canvas, { rows, columns }, values, offset, color, other = null) {
  const picture = rows > 1;
  canvas.classList.toggle("picture", picture);
  canvas.classList.toggle("lines", !picture && columns <= NAMED);
  canvas.style.setProperty("--lines", columns);
  if (picture) {
    paint(canvas, values, offset, rows, columns);
  } else if (columns <= NAMED) {
    lines(canvas, columns, values, offset, color, other);
  } else {
    spectrum(canvas, columns, values, offset, color, other);
  }
}

function paint(canvas, values, offset, rows, columns) {
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const grey = values[offset + i];
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  size(canvas, columns, rows);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function size(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
}

/** A line of so many pixels of the screen for each number. */
function lines(canvas, columns, values, offset, color, other) {
  const scale = 2; // sharp on fine screens, too
  const width = 2 * WIDE * scale;
  size(canvas, width, columns * BAR_HEIGHT * scale);
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  const { line, ink } = theme();
  for (let i = 0; i < columns; i++) {
    const y = i * BAR_HEIGHT * scale;
    context.fillStyle = line;
    context.fillRect(0, y + 4 * scale, width, 4 * scale);
    context.fillStyle = color;
    context.fillRect(0, y + 3 * scale, Math.max(scale, (values[offset + i] / 255) * width), 6 * scale);
    if (other !== null) {
      context.fillStyle = ink;
      context.fillRect(Math.min(width - scale, (other[offset + i] / 255) * width), y + scale, scale, 10 * scale);
    }
  }
}

/** Bars side by side; of very many numbers each pixel shows the largest of some. */
function spectrum(canvas, columns, values, offset, color, other) {
  const width = Math.min(columns, 160);
  const height = 56;
  size(canvas, width, height);
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  const { ink } = theme();
  const at = (bytes, x) => {
    let largest = 0;
    for (let i = Math.floor((x * columns) / width); i < Math.floor(((x + 1) * columns) / width); i++) {
      largest = Math.max(largest, bytes[offset + i]);
    }
    return (largest / 255) * height;
  };
  for (let x = 0; x < width; x++) {
    context.fillStyle = color;
    const y = at(values, x);
    context.fillRect(x, height - y, 1, y);
    if (other !== null) {
      context.fillStyle = ink;
      context.fillRect(x, height - at(other, x) - 1, 1, 1);
    }
  }
}
