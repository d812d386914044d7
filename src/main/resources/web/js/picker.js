// A grid of units on one canvas: hover or arrow keys name a unit, click or Enter keeps it. To assistive technology it
// is a slider over the units that speaks the chosen one's values.
import { theme } from "./colors.js";
import { element } from "./dom.js";

export class Picker {
  #options;
  #canvas;
  #box;
  #readout;
  #columns = 1;
  #cellHeight = 0;
  #hover = null;
  #visible = false;
  #drawn = false;
  selected = 0;

  /**
   * @param options.label for assistive technology
   * @param options.count () => number of cells
   * @param options.columns width in pixels => cells of a line
   * @param options.ratio height of a cell by its width; or `height` () => pixels
   * @param options.paint (context, cell, x, y, width, height)
   * @param options.describe cell => HTML-free parts [name, text]
   * @param options.onSelect cell => void
   */
  constructor(parent, options) {
    this.#options = options;
    this.#canvas = element("canvas", { "aria-hidden": "true" });
    this.#box = element("div", { className: "picker", role: "slider", tabIndex: 0, "aria-label": options.label }, this.#canvas);
    this.#readout = element("p", { className: "readout" });
    parent.append(this.#box, this.#readout);
    this.#tell();
    this.#box.addEventListener("pointermove", (event) => this.#point(event));
    this.#box.addEventListener("pointerleave", () => this.#leave());
    this.#box.addEventListener("click", (event) => this.select(this.#at(event)));
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("focus", () => this.#tell());
    new ResizeObserver(() => this.draw()).observe(this.#box);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.draw();
    }).observe(this.#box);
  }

  /** Shows a cell as chosen, without telling. */
  mark(cell) {
    if (this.selected !== cell) {
      this.selected = cell;
      this.draw();
    }
  }

  select(cell) {
    if (cell !== null) {
      this.selected = cell;
      this.#options.onSelect(cell);
      this.draw();
    }
  }

  /** @param all also if it is off screen, where else it is drawn for the first time only */
  draw(all = false) {
    const count = this.#options.count();
    const width = this.#box.clientWidth;
    if (count === 0 || width === 0) {
      return;
    }
    const scale = window.devicePixelRatio;
    this.#columns = Math.min(count, this.#options.columns(width));
    const lines = Math.ceil(count / this.#columns);
    const across = Math.floor(width * scale);
    const { height, ratio = 1 } = this.#options;
    this.#cellHeight = Math.round(height ? height() * scale : (across / this.#columns) * ratio);
    const canvas = this.#canvas;
    if (canvas.width !== across || canvas.height !== this.#cellHeight * lines) {
      canvas.width = across;
      canvas.height = this.#cellHeight * lines;
      canvas.style.height = `${canvas.height / scale}px`;
      this.#drawn = false; // that has cleared it
    }
    this.#tell();
    if (!this.#visible && this.#drawn && !all) {
      return;
    }
    this.#drawn = true;
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let cell = 0; cell < count; cell++) {
      this.#options.paint(context, cell, ...this.#place(cell));
    }
    this.#outline(context, this.selected, theme().ink, 2 * scale);
    if (this.#hover !== null && this.#hover !== this.selected) {
      this.#outline(context, this.#hover, theme().soft, scale);
    }
  }

  #place(cell) {
    const column = cell % this.#columns;
    const edge = (at) => Math.round((at * this.#canvas.width) / this.#columns);
    const y = Math.floor(cell / this.#columns) * this.#cellHeight;
    return [edge(column), y, edge(column + 1) - edge(column), this.#cellHeight];
  }

  #outline(context, cell, color, width) {
    const [x, y, cellWidth, cellHeight] = this.#place(cell);
    context.strokeStyle = color;
    context.lineWidth = width;
    // Around a narrow cell rather than over it.
    const beside = Math.max(0, 3 * width - cellWidth) / 2;
    context.strokeRect(x + width / 2 - beside, y + width / 2, cellWidth - width + 2 * beside, cellHeight - width);
  }

  #at(event) {
    const scale = window.devicePixelRatio;
    const column = Math.floor((event.offsetX * scale * this.#columns) / this.#canvas.width);
    const cell = Math.floor((event.offsetY * scale) / this.#cellHeight) * this.#columns + column;
    return column < this.#columns && cell >= 0 && cell < this.#options.count() ? cell : null;
  }

  #point(event) {
    const cell = this.#at(event);
    if (cell !== this.#hover) {
      this.#hover = cell;
      this.draw();
    }
  }

  #leave() {
    this.#hover = null;
    this.draw();
  }

  #key(event) {
    const last = this.#options.count() - 1;
    const to = {
      ArrowRight: this.selected + 1,
      ArrowLeft: this.selected - 1,
      ArrowDown: this.selected + this.#columns,
      ArrowUp: this.selected - this.#columns,
      PageDown: this.selected + 10,
      PageUp: this.selected - 10,
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#hover = null;
      this.select(Math.max(0, Math.min(last, to)));
    }
  }

  /** A slider has a value from the beginning, also where nobody sees it. */
  #tell() {
    if (this.#options.count() === 0) {
      this.#value(0, 0, "nothing to show yet");
      return;
    }
    const cell = this.#hover ?? this.selected;
    const [name, text] = this.#options.describe(cell);
    this.#readout.replaceChildren(element("b", {}, name), ` ${text}`);
    const [chosen, values] = this.#options.describe(this.selected);
    this.#value(this.selected, this.#options.count() - 1, `${chosen}: ${values}`);
  }

  #value(now, max, text) {
    this.#box.setAttribute("aria-valuemin", "0");
    this.#box.setAttribute("aria-valuemax", String(max));
    this.#box.setAttribute("aria-valuenow", String(now));
    this.#box.setAttribute("aria-valuetext", text);
  }
}
