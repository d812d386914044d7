// All units of a hidden layer in a grid, and the chosen one beside it.
import { ask } from "./ask.js";
import { choice } from "./chart.js";
import { divergingTable } from "./colors.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";
import { paintDiverging } from "./pictures.js";
import { UnitDetails } from "./unit.js";

const LOOKS = { "strongest records": "seen", reconstruction: "added" };
const ORDERS = {
  "best label": (sheet) => (a, b) => byLabel(sheet.labels[a], sheet.labels[b]) || clear(sheet, b) - clear(sheet, a),
  selectivity: (sheet) => (a, b) => orZero(sheet.selectivity[b]) - orZero(sheet.selectivity[a]),
  "density, most first": (sheet) => (a, b) => sheet.density[b] - sheet.density[a],
  "density, least first": (sheet) => (a, b) => sheet.density[a] - sheet.density[b],
  "unit number": () => () => 0,
};

const RARE = 0.005; // share of the records below which selectivity is by chance

const orZero = (value) => value ?? 0;

/** How clearly a unit stands for its label: one that answers to a record or two does not. */
const clear = ({ selectivity, density }, unit) => orZero(selectivity[unit]) * Math.min(1, density[unit] / RARE);

/** Numbers by value, then other texts; those without a label last. */
function byLabel(a, b) {
  if (a === null || b === null) {
    return (a === null) - (b === null);
  }
  return a.localeCompare(b, "en", { numeric: true });
}

export class UnitsPanel {
  everyMillis = 4000;
  #model = null;
  #layer = null;
  #look = "seen";
  #sheet = null;
  #order = []; // units that are shown
  #chosen = new Map(); // by model and layer
  #cells = new Map(); // by unit
  #layers = element("div", { className: "choices", role: "group", "aria-label": "Hidden layer" });
  #sort = element("select", {});
  #search = element("input", { type: "search", placeholder: "unit or label", size: 12, autocomplete: "off" });
  #grid = element("ul", { className: "units", role: "listbox", tabIndex: 0, "aria-label": "Units" });
  #found = element("p", { className: "found", role: "status" });
  #note = element("span", { className: "aside" });
  #problem = element("p", { className: "problem", role: "status" });
  #details;

  /** @param onRecord told the number of a record that is to be looked at */
  constructor(onRecord) {
    this.#details = new UnitDetails(onRecord);
  }

  mount(section, title, model) {
    const looks = element("div", { className: "choices", role: "group", "aria-label": "Picture of each unit" });
    choice(looks, Object.keys(LOOKS), "strongest records", (name) => {
      this.#look = LOOKS[name];
      this.redraw();
    });
    this.#sort.append(...Object.keys(ORDERS).map((name) => element("option", { value: name }, name)));
    this.#sort.addEventListener("change", () => this.#arrange());
    this.#search.addEventListener("input", () => this.#arrange());
    this.#grid.addEventListener("click", (event) => {
      const cell = event.target.closest("li");
      if (cell !== null) {
        this.#select(Number(cell.dataset.unit));
      }
    });
    this.#grid.addEventListener("keydown", (event) => this.#key(event));
    section.append(
      element(
        "div",
        { className: "card" },
        element("h2", {}, title, " ", this.#note),
        element(
          "div",
          { className: "controls" },
          model,
          element("div", { className: "which" }, "Layer ", this.#layers),
          element("div", { className: "which" }, "Picture ", looks),
          element("label", { className: "which" }, "Sort by ", this.#sort),
          element("label", { className: "which" }, "Find ", this.#search),
        ),
        this.#problem,
        element("div", { className: "explorer" }, element("div", { className: "all" }, this.#found, this.#grid, this.#legend()), this.#details.element),
      ),
    );
  }

  /** What the colours mean. */
  #legend() {
    return element(
      "p",
      { className: "key" },
      element("span", { className: "less" }, "less"),
      element("span", { className: "ramp diverging" }),
      element("span", { className: "more-of" }, "more"),
      " than in the mean of all records, each unit on its own scale. A unit that is crossed out is dead: active for no record.",
    );
  }

  choose(model) {
    this.#model = model.model;
    const layer = model.layers.includes(this.#layer) ? this.#layer : model.layers[0];
    this.#layers.replaceChildren();
    choice(this.#layers, model.layers, layer, (name) => {
      this.#chooseLayer(name);
      this.refresh().catch(() => this.say("the server does not answer"));
    });
    this.#chooseLayer(layer);
  }

  #chooseLayer(layer) {
    this.#layer = layer;
    this.#sheet = null;
    this.#cells.clear();
    this.#order = [];
    this.#grid.replaceChildren();
    this.#pointAtChosen();
    this.#details.clear();
  }

  say(text) {
    say(this.#problem, text);
  }

  async refresh() {
    const [model, layer] = [this.#model, this.#layer];
    const sheet = await (await ask("units", { model, layer })).json();
    if (model !== this.#model || layer !== this.#layer) {
      return;
    }
    const isFirst = this.#sheet === null;
    this.#sheet = sheet;
    // What a unit answered to before it died is no label of it.
    sheet.labels = sheet.labels.map((label, unit) => (sheet.density[unit] === 0 ? null : label));
    for (const look of ["seen", "added"]) {
      if (sheet.pictures) {
        sheet.pictures[look] = bytes(sheet.pictures[look]);
      }
    }
    say(this.#note, `step ${count(sheet.step)}, from the last ${count(sheet.records)} records looked at`);
    // What a person points at stays where it is.
    if (isFirst || !(this.#grid.matches(":hover") || this.#grid.contains(document.activeElement))) {
      this.#arrange();
    } else {
      this.redraw();
    }
    if (!this.#details.isHeld()) {
      await this.#showChosen();
    }
  }

  get #unit() {
    return this.#chosen.get(`${this.#model} ${this.#layer}`) ?? null;
  }

  #isFound(unit, text) {
    return text === "" || String(unit) === text || (this.#sheet.labels[unit] ?? "").toLowerCase() === text || (text === "dead" && this.#sheet.density[unit] === 0);
  }

  /** Sorts, and leaves out what is not looked for. */
  #arrange() {
    const sheet = this.#sheet;
    if (sheet === null) {
      return;
    }
    const text = this.#search.value.trim().toLowerCase();
    const compare = ORDERS[this.#sort.value](sheet);
    const isDead = (unit) => sheet.density[unit] === 0;
    const alive = this.#sort.value === "unit number" ? () => 0 : (a, b) => isDead(a) - isDead(b);
    this.#order = [...sheet.density.keys()].filter((unit) => this.#isFound(unit, text)).sort((a, b) => alive(a, b) || compare(a, b) || a - b);
    if (this.#sort.value === "density, least first") {
      this.#order.sort((a, b) => compare(a, b) || a - b); // dead ones are the least dense
    }
    const dead = sheet.density.filter((density) => density === 0).length;
    const shown = text === "" ? `${count(sheet.units)} units` : `${count(this.#order.length)} of ${count(sheet.units)} units`;
    const most = sheet.density.length < sheet.units ? `, of the first ${count(sheet.density.length)}` : "";
    say(this.#found, `${shown}${most}, ${dead === 0 ? "none" : count(dead)} of the layer's dead`);
    this.#grid.replaceChildren(...this.#order.map((unit) => this.#cell(unit).node));
    this.redraw();
    if (this.#order.length > 0 && !this.#order.includes(this.#unit)) {
      this.#select(this.#order[0]);
    } else {
      this.#pointAtChosen();
    }
  }

  /** Screen readers follow the chosen unit, as long as it is in the grid. */
  #pointAtChosen() {
    if (this.#order.includes(this.#unit)) {
      this.#grid.setAttribute("aria-activedescendant", this.#cell(this.#unit).node.id);
    } else {
      this.#grid.removeAttribute("aria-activedescendant");
    }
  }

  #cell(unit) {
    if (!this.#cells.has(unit)) {
      const name = element("span", { className: "name" });
      const picture = this.#sheet.pictures ? element("canvas", {}) : element("span", { className: "minibars" });
      picture.setAttribute("aria-hidden", "true");
      const node = element("li", { role: "option", id: `unit-${unit}`, "aria-selected": "false" }, picture, name);
      node.dataset.unit = unit;
      this.#cells.set(unit, { node, name, picture });
    }
    return this.#cells.get(unit);
  }

  redraw() {
    const sheet = this.#sheet;
    if (sheet === null) {
      return;
    }
    const colors = divergingTable();
    for (const unit of this.#order) {
      const { node, name, picture } = this.#cell(unit);
      const isDead = sheet.density[unit] === 0;
      const label = sheet.labels[unit];
      node.classList.toggle("dead", isDead);
      node.setAttribute("aria-selected", String(unit === this.#unit));
      const what = isDead ? "dead" : `on for ${significant(100 * sheet.density[unit], 2)} % of the records${label === null ? "" : `, most for ${label}, selectivity ${significant(sheet.selectivity[unit], 2)}`}`;
      node.setAttribute("aria-label", `unit ${unit}: ${what}`);
      node.title = `unit ${unit}: ${what}`;
      name.replaceChildren(String(unit), label === null || isDead ? "" : element("b", {}, label));
      if (sheet.pictures) {
        this.#paint(picture, unit, colors);
      } else {
        miniBars(picture, sheet.bars[this.#look][unit] ?? [], sheet.bars.names);
      }
    }
    this.#details.redraw();
  }

  #paint(canvas, unit, colors) {
    const { rows, columns } = this.#sheet.pictures;
    const all = this.#sheet.pictures[this.#look];
    if (all.length > 0) {
      paintDiverging(canvas, all, unit * rows * columns, rows, columns, colors);
    } else {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height); // of too large a model it is not told
    }
  }

  #select(unit) {
    const before = this.#cells.get(this.#unit);
    before?.node.setAttribute("aria-selected", "false");
    this.#chosen.set(`${this.#model} ${this.#layer}`, unit);
    this.#cell(unit).node.setAttribute("aria-selected", "true");
    this.#pointAtChosen();
    this.#showChosen().catch(() => this.say("the server does not answer"));
  }

  async #showChosen() {
    const [model, layer, unit] = [this.#model, this.#layer, this.#unit];
    if (unit === null || this.#sheet === null) {
      return;
    }
    const details = await (await ask("unit", { model, layer, unit })).json();
    if (model === this.#model && layer === this.#layer && unit === this.#unit && this.#sheet !== null) {
      this.#details.show(details, {
        density: this.#sheet.density[unit],
        measured: this.#sheet.measured,
        selectivity: this.#sheet.selectivity[unit],
        label: this.#sheet.labels[unit],
      });
    }
  }

  /** Cells of a line. */
  #columns() {
    return getComputedStyle(this.#grid).gridTemplateColumns.split(" ").length;
  }

  #key(event) {
    const at = this.#order.indexOf(this.#unit);
    const last = this.#order.length - 1;
    const line = this.#columns();
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + line,
      ArrowUp: at - line,
      PageDown: at + 5 * line,
      PageUp: at - 5 * line,
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined && last >= 0) {
      event.preventDefault();
      const unit = this.#order[Math.max(0, Math.min(last, to))];
      this.#select(unit);
      this.#cell(unit).node.scrollIntoView({ block: "nearest" });
    }
  }
}

/** The inputs that tell most of a unit, to the left of the middle where they are less than usual. */
function miniBars(box, bars, names) {
  const full = Math.max(1e-9, ...bars.map(({ spreads }) => Math.abs(spreads)));
  box.replaceChildren(
    ...bars.map(({ input, spreads }) => {
      const width = (50 * Math.abs(spreads)) / full;
      const bar = element("i", { className: spreads < 0 ? "less" : "more-of", style: `width: ${width}%; left: ${spreads < 0 ? 50 - width : 50}%` });
      return element("span", {}, element("span", { className: "input" }, names[input]), element("span", { className: "track" }, bar));
    }),
  );
}

