// The current digits above their reconstructions.
import { showBars } from "./bars.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";

/** Paints grey values; the style sheet inverts them on light paper. */
function paint(canvas, pixels, offset, rows, columns) {
  const image = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const grey = pixels[offset + i];
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  canvas.width = columns;
  canvas.height = rows;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

const numbers = (values) => values.filter(Number.isFinite);

export class DigitsPanel {
  #list;
  #byLabel;
  #bars;
  #note;
  #items = [];
  #name;
  #ranges;
  #largest = 0; // error of late, falling slowly, so that bars do not jump

  constructor({ digits, digitsStep, byLabel, byLabelBars }, name, ranges) {
    this.#name = name;
    this.#ranges = ranges;
    this.#byLabel = byLabel;
    this.#bars = byLabelBars;
    this.#list = digits;
    this.#note = digitsStep;
  }

  show({ step, rows, columns, labels, mse, originals, reconstructions, errorByLabel }) {
    while (this.#items.length < mse.length) {
      this.#items.push(this.#item());
    }
    this.showByLabel(errorByLabel);
    say(this.#note, `step ${count(step)}, error of each image below it`);
    this.#largest = Math.max(this.#largest * 0.95, ...numbers(mse));
    const full = this.#full("error", this.#largest);
    const original = bytes(originals);
    const reconstruction = bytes(reconstructions);
    mse.forEach((error, i) => {
      const { node, top, bottom, bar, value } = this.#items[i];
      const offset = i * rows * columns;
      paint(top, original, offset, rows, columns);
      paint(bottom, reconstruction, offset, rows, columns);
      bar.style.width = `${(100 * error) / full}%`;
      say(value, significant(error, 3));
      const what = labels[i] === "" ? "An image" : `An image of ${labels[i]}`;
      node.setAttribute("aria-label", `${what} and its reconstruction, mean squared error ${significant(error, 3)}`);
    });
  }

  /** Mean squared error of late by label. */
  showByLabel(errors) {
    this.#byLabel.hidden = Object.keys(errors).length === 0; // without labels there is nothing to tell apart
    showBars(this.#bars, errors, 3, this.#full("error by label", Math.max(0, ...numbers(Object.values(errors)))));
  }

  /** The largest value of all models, which fills a bar. */
  #full(kind, largest) {
    this.#ranges.set(kind, this.#name, [0, largest]);
    return this.#ranges.of(kind)[1];
  }

  redraw() {}

  #item() {
    const top = element("canvas", { width: 28, height: 28 });
    const bottom = element("canvas", { width: 28, height: 28 });
    const bar = element("i");
    const value = element("span", { className: "value" });
    const node = element("div", { role: "img" }, top, bottom, element("div", { className: "track" }, bar), value);
    this.#list.append(element("li", {}, node));
    return { node, top, bottom, bar, value };
  }
}
