// The codes of many records on a plane: principal components, coloured by label.
import { ask } from "./ask.js";
import { theme } from "./colors.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";
import { pca } from "./pca.js";
import { paintGreys } from "./pictures.js";

// After P. Tol, "Colour schemes", 2021: told apart by colour-blind eyes, too, on light paper and on dark.
const LIGHT = ["#332288", "#d9722e", "#117733", "#cc3311", "#44aa99", "#997700", "#aa4499", "#4477aa", "#882255", "#7fb238"];
const DARK = ["#9f95e8", "#f0934f", "#3fae6a", "#ff7b66", "#66d0bd", "#d9c34a", "#dd83cd", "#7eb2e4", "#d8618f", "#b5de6e"];
const OTHER = "other";
const NEAR_PIXELS = 18;
const EDGE = 26; // pixels around the points
const STEADY = 0.15; // change of the extent that is not followed

const isNumber = (text) => /^\d+$/.test(text);
const inOrder = (a, b) => isNumber(b) - isNumber(a) || a.localeCompare(b, "en", { numeric: true });

export class MapPanel {
  everyMillis = 5000;
  #model = null;
  #codes = null;
  #axes = new Map(); // by model
  #places = [];
  #extent = null; // what is drawn: middle and half the length in both directions
  #labels = []; // that have a colour of their own
  #only = null; // label that alone is drawn strong
  #at = null; // point that is looked at
  #onRecord;
  #note = element("span", { className: "aside" });
  #problem = element("p", { className: "problem", role: "status" });
  #canvas = element("canvas", { "aria-hidden": "true" });
  #box = element("div", { className: "plane", role: "slider", tabIndex: 0, "aria-label": "Map of codes, record by record", "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0", "aria-valuetext": "nothing to show yet" }, this.#canvas);
  #legend = element("ul", { className: "legend" });
  #picture = element("canvas", { className: "grey", role: "img" });
  #inputs = element("table", { className: "numbers" });
  #name = element("h3", {}, "Point at a record");
  #where = element("p", { className: "facts-of" }, "With the keyboard: focus the map and use the arrow keys. A click, or Enter, shows the record's code above.");

  /** @param onRecord told the number of a record that is to be looked at */
  constructor(onRecord) {
    this.#onRecord = onRecord;
  }

  mount(section, title, model) {
    this.#box.addEventListener("pointermove", (event) => this.#look(this.#nearest(event)));
    this.#box.addEventListener("click", (event) => {
      this.#look(this.#nearest(event));
      this.#open();
    });
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#picture.hidden = true;
    this.#inputs.hidden = true;
    section.append(
      element(
        "div",
        { className: "card" },
        element("h2", {}, title, " ", this.#note),
        element("div", { className: "controls" }, model),
        this.#problem,
        element(
          "div",
          { className: "mapper" },
          element("div", { className: "all" }, this.#box, this.#legend),
          element("div", { className: "details" }, this.#name, this.#picture, this.#inputs, this.#where),
        ),
      ),
    );
    new ResizeObserver(() => this.redraw()).observe(this.#box);
  }

  choose(model) {
    if (this.#model !== model.model) {
      this.#model = model.model;
      this.#codes = null;
      this.#extent = null;
      this.#at = null;
      this.#only = null;
    }
  }

  say(text) {
    say(this.#problem, text);
  }

  async refresh() {
    const model = this.#model;
    const codes = await (await ask("codes", { model })).json();
    if (model !== this.#model) {
      return;
    }
    const looked = this.#at === null ? null : this.#codes?.records[this.#at];
    const { axes, places, share } = pca(bytes(codes.codes), codes.units, this.#axes.get(model) ?? null);
    this.#axes.set(model, axes);
    this.#codes = codes;
    this.#places = places;
    this.#fit();
    if (codes.pictures) {
      codes.pictures.greys = bytes(codes.pictures.greys);
    } else {
      codes.vectors.values = new Float32Array(bytes(codes.vectors.values).buffer);
    }
    this.#findLabels();
    say(this.#note, `${codes.layer} of ${count(places.length)} records, step ${count(codes.step)}: the two directions in which they differ most, ${significant(100 * share, 2)} % of all variance`);
    const at = codes.records.indexOf(looked);
    this.#at = at < 0 ? null : at; // what is described stays until another is pointed at
    this.redraw();
  }

  /** What is drawn stays as it is as long as it is about as large as the points' extent. */
  #fit() {
    const [x, y] = [0, 1].map((axis) => {
      const values = this.#places.map((place) => place[axis]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { middle: (low + high) / 2, half: Math.max(1e-9, (high - low) / 2) };
    });
    const isNear = (now, old) => Math.abs(now.half - old.half) < STEADY * old.half && Math.abs(now.middle - old.middle) < STEADY * old.half;
    if (this.#extent === null || !isNear(x, this.#extent[0]) || !isNear(y, this.#extent[1])) {
      this.#extent = [x, y];
    }
  }

  /** The most frequent labels, ten at most; the others share one colour. */
  #findLabels() {
    const counts = new Map();
    this.#codes.labels.filter((label) => label !== "").forEach((label) => counts.set(label, (counts.get(label) ?? 0) + 1));
    const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, LIGHT.length);
    // A label keeps its colour as long as it is among them.
    const names = new Set(frequent.map(([label]) => label));
    const fresh = [...names].filter((label) => !this.#labels.includes(label)).sort(inOrder);
    this.#labels = this.#labels
      .map((label) => (names.has(label) ? label : fresh.shift()))
      .filter((label) => label !== undefined)
      .concat(fresh);
    if (this.#only !== OTHER && !names.has(this.#only)) {
      this.#only = null;
    }
    this.#showLegend(counts.size > names.size || (counts.size > 0 && this.#codes.labels.includes("")));
  }

  #showLegend(hasOthers) {
    const shown = [...this.#labels, ...(hasOthers ? [OTHER] : [])];
    if (this.#legend.dataset.shown !== shown.join("\n")) {
      this.#legend.dataset.shown = shown.join("\n");
      this.#legend.replaceChildren(
        ...shown.map((label) => {
          const button = element("button", { type: "button", "aria-pressed": "false" }, element("span", { className: "dot" }), label);
          button.addEventListener("click", () => {
            this.#only = this.#only === label ? null : label;
            this.redraw();
          });
          return element("li", {}, button);
        }),
      );
    }
    this.#legend.hidden = shown.length === 0;
  }

  #named(at) {
    const label = this.#codes.labels[at];
    return this.#labels.includes(label) ? label : OTHER;
  }

  #color(label) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches && !document.documentElement.hasAttribute("data-print");
    const at = this.#labels.indexOf(label);
    return at < 0 ? theme().faint : (dark ? DARK : LIGHT)[at];
  }

  redraw() {
    const width = this.#box.clientWidth;
    const height = this.#box.clientHeight;
    if (this.#codes === null || width === 0) {
      return;
    }
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const context = this.#canvas.getContext("2d");
    context.scale(scale, scale);
    const { ink, card } = theme();
    const radius = width < 500 ? 2.4 : 3.4;
    this.#places.forEach((_, at) => {
      const label = this.#named(at);
      const [x, y] = this.#pixel(at);
      context.globalAlpha = this.#only === null ? 0.72 : this.#only === label ? 0.95 : 0.1;
      context.fillStyle = this.#color(label);
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      context.fill();
    });
    context.globalAlpha = 1;
    this.#drawNames(context, ink, card);
    if (this.#at !== null) {
      const [x, y] = this.#pixel(this.#at);
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, radius + 4, 0, 7);
      context.stroke();
    }
    for (const button of this.#legend.querySelectorAll("button")) {
      const label = button.textContent;
      button.setAttribute("aria-pressed", String(this.#only === label));
      button.firstChild.style.background = this.#color(label);
    }
    this.#describe();
  }

  /** Each label at the middle of its records, as colour alone would not tell everybody. */
  #drawNames(context, ink, card) {
    context.font = `700 15px ${getComputedStyle(document.documentElement).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const label of this.#labels) {
      if (this.#only !== null && this.#only !== label) {
        continue;
      }
      const points = this.#places.map((_, at) => at).filter((at) => this.#named(at) === label);
      const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
      const x = middle(points.map((at) => this.#pixel(at)[0]));
      const y = middle(points.map((at) => this.#pixel(at)[1]));
      const text = label.length > 14 ? `${label.slice(0, 13)}…` : label;
      context.strokeStyle = card;
      context.lineWidth = 5;
      context.strokeText(text, x, y);
      context.fillStyle = ink;
      context.fillText(text, x, y);
    }
  }

  /** Where a point is drawn; both directions have one scale. */
  #pixel(at) {
    const [width, height] = [this.#box.clientWidth, this.#box.clientHeight];
    const [right, up] = this.#extent;
    const by = Math.min((width / 2 - EDGE) / right.half, (height / 2 - EDGE) / up.half);
    const [x, y] = this.#places[at];
    return [width / 2 + (x - right.middle) * by, height / 2 - (y - up.middle) * by];
  }

  #nearest(event) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return this.#find(([x, y]) => Math.hypot(x - event.clientX + left, y - event.clientY + top), NEAR_PIXELS);
  }

  /** The point with the least distance, if it is below a limit. */
  #find(distance, limit) {
    let [best, least] = [null, limit];
    this.#places.forEach((_, at) => {
      const far = distance(this.#pixel(at));
      if (far < least) {
        [best, least] = [at, far];
      }
    });
    return best;
  }

  #look(at) {
    if (at !== null && at !== this.#at) {
      this.#at = at;
      this.redraw();
    }
  }

  #open() {
    if (this.#at !== null) {
      this.#onRecord(this.#codes.records[this.#at]);
    }
  }

  #key(event) {
    const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (direction !== undefined && this.#codes !== null) {
      event.preventDefault();
      this.#look(this.#at === null ? this.#find(([x, y]) => Math.hypot(x - this.#box.clientWidth / 2, y - this.#box.clientHeight / 2), Infinity) : this.#beside(direction));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#open();
    }
  }

  /** The next point in a direction, rather a near one than one that lies exactly there. */
  #beside([right, down]) {
    const [x0, y0] = this.#pixel(this.#at);
    return this.#find(([x, y]) => {
      const along = (x - x0) * right + (y - y0) * down;
      const aside = Math.abs((x - x0) * down) + Math.abs((y - y0) * right);
      return along <= 0.5 || aside > 2 * along + 4 ? Infinity : along + 2 * aside;
    }, Infinity);
  }

  #describe() {
    const last = this.#places.length - 1;
    this.#box.setAttribute("aria-valuemax", String(last));
    if (this.#at === null) {
      this.#box.setAttribute("aria-valuetext", `${count(last + 1)} records: press an arrow key`);
      return;
    }
    const label = this.#codes.labels[this.#at];
    const name = label === "" ? "A record without a label" : `A record of ${label}`;
    this.#box.setAttribute("aria-valuenow", String(this.#at));
    this.#box.setAttribute("aria-valuetext", name);
    say(this.#name, name);
    const { pictures, vectors } = this.#codes;
    this.#picture.hidden = !pictures;
    this.#inputs.hidden = !vectors;
    if (pictures) {
      paintGreys(this.#picture, pictures.greys, this.#at * pictures.rows * pictures.columns, pictures.rows, pictures.columns);
      this.#picture.setAttribute("aria-label", name);
    } else {
      const from = this.#at * vectors.names.length;
      this.#inputs.replaceChildren(
        element(
          "tbody",
          {},
          ...vectors.names.map((input, i) => element("tr", {}, element("th", { scope: "row", title: input }, input), element("td", { className: "number" }, Number.isFinite(vectors.values[from + i]) ? significant(vectors.values[from + i], 4) : "missing"))),
        ),
      );
    }
  }
}
