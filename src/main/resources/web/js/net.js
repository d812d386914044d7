// A model as a small drawing: a record, what each layer's units answer to it, and what the model makes of that.
import { modelInk, mix, css, theme } from "./colors.js";
import { element } from "./dom.js";
import { bytes } from "./format.js";
import { drawRecord } from "./record.js";

const CYCLE = 4; // looks after which another record is shown
const FEW = 64; // units that have a bar each

export class Net {
  #index;
  #record = 0;
  #picked = false;
  #looks = 0;
  #look = null;
  #input = element("canvas");
  #output = element("canvas");
  #layers = [];
  #box;
  #parent;

  constructor(parent, index) {
    this.#index = index;
    this.#parent = parent;
    this.#box = element("div", { className: "flow", role: "img", "aria-label": "nothing to show yet" });
    parent.append(this.#box);
    new ResizeObserver(() => this.redraw()).observe(parent);
  }

  show(look) {
    this.#look = {
      ...look,
      size: look.rows * look.columns,
      originals: bytes(look.originals),
      reconstructions: bytes(look.reconstructions),
      layers: look.layers.map((layer) => ({ ...layer, activations: bytes(layer.activations) })),
    };
    this.#looks++;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!this.#picked && !still && this.#looks % CYCLE === 0) {
      this.#record++;
    }
    this.redraw();
  }

  /** Shows that record from now on. */
  choose(record) {
    this.#picked = true;
    this.#record = record;
    this.redraw();
  }

  redraw() {
    const look = this.#look;
    if (look === null || this.#parent.clientWidth === 0) {
      return;
    }
    this.#build(look);
    const record = this.#record % look.mse.length;
    drawRecord(this.#input, look, look.originals, record * look.size, theme().soft);
    drawRecord(this.#output, look, look.reconstructions, record * look.size, modelInk(this.#index));
    const actives = look.layers.map((layer, i) => this.#drawLayer(this.#layers[i], layer, record));
    const label = look.labels[record];
    this.#box.setAttribute(
      "aria-label",
      `How the model redraws ${label === "" ? "a record" : `a record of ${label}`}: ` +
        look.layers.map(({ name, units }, i) => `${actives[i]} of ${units} units of ${name} above 0.1`).join(", "),
    );
  }

  #build({ layers }) {
    if (this.#layers.length === layers.length) {
      return;
    }
    this.#layers = layers.map(({ units, name }) => {
      const canvas = element("canvas");
      return { canvas, node: element("figure", { className: units > FEW ? "cells" : "code" }, canvas, element("figcaption", {}, `${units} units`)), name };
    });
    const arrow = () => element("span", { className: "arrow", "aria-hidden": "true" }, "→");
    this.#box.replaceChildren(
      element("figure", {}, this.#input, element("figcaption", {}, "in")),
      ...this.#layers.flatMap(({ node }) => [arrow(), node]),
      arrow(),
      element("figure", {}, this.#output, element("figcaption", {}, "out")),
    );
  }

  /** Returns how many units are active. */
  #drawLayer({ canvas }, { units, full, activations }, record) {
    const width = canvas.clientWidth * devicePixelRatio;
    const height = canvas.clientHeight * devicePixelRatio;
    if (width === 0 || height === 0) {
      return 0;
    }
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    const { line } = theme();
    const color = modelInk(this.#index);
    const value = (unit) => activations[record * units + unit] / 255;
    if (units <= FEW) {
      const step = width / units;
      context.fillStyle = line;
      context.fillRect(0, height - devicePixelRatio, width, devicePixelRatio);
      context.fillStyle = color;
      for (let unit = 0; unit < units; unit++) {
        const bar = value(unit) * height;
        context.fillRect(unit * step, height - bar, Math.max(1, step * 0.72), bar);
      }
    } else {
      const columns = Math.ceil(Math.sqrt((units * width) / height));
      const rows = Math.ceil(units / columns);
      const across = width / columns;
      const down = height / rows;
      for (let unit = 0; unit < units; unit++) {
        const strength = value(unit);
        context.fillStyle = css(mix(line, color, strength));
        context.fillRect((unit % columns) * across, Math.floor(unit / columns) * down, across * 0.8, down * 0.8);
      }
    }
    let active = 0;
    for (let unit = 0; unit < units; unit++) {
      active += value(unit) * full > 0.1 ? 1 : 0;
    }
    return active;
  }
}
