// What the units of the first layer look for, and which labels make them fire.
import { showBars } from "./bars.js";
import { divergingTable, heatColor, theme } from "./colors.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";
import { Picker } from "./picker.js";

const CELL_PIXELS = 26;
const SELECTIVE = 1 / 3; // twice as active for one label as for the others
const COLUMNS = [30, 25, 20, 15, 12]; // 300 units fill their lines

export class FiltersPanel {
  #parts;
  #onSelect;
  #filters = null;
  #pixels = null;
  #pictures = null; // all units in a square, each rows × columns: canvases have a greatest height
  #labels = [];
  #means = []; // by label, of every unit
  #full = 1; // mean activation of full colour: that of a sigmoid, or the largest where there is a larger one
  #order = []; // units by the label that they answer to most
  #best = []; // by unit: that label, and how selective the unit is
  #unit = null;
  #sheet;
  #map;

  constructor(parts, onSelect) {
    this.#parts = parts;
    this.#onSelect = onSelect;
    this.#sheet = new Picker(parts.filters, {
      label: "What each unit looks for",
      count: () => this.#filters?.scale.length ?? 0,
      columns: (width) => COLUMNS.find((columns) => width >= columns * CELL_PIXELS) ?? COLUMNS.at(-1),
      paint: (context, unit, x, y, width, height) => {
        const { rows, columns } = this.#filters;
        const [left, top] = this.#place(unit);
        context.drawImage(this.#pictures, left, top, columns, rows, x, y, width - devicePixelRatio, height - devicePixelRatio);
      },
      describe: (unit) => [`unit ${unit}`, this.#describe(unit)],
      onSelect,
    });
    this.#map = new Picker(parts.selectivity, {
      label: "Mean activation by label, units in the order of the label that they favour",
      count: () => this.#order.length,
      columns: () => this.#order.length,
      height: () => this.#mapHeight(),
      paint: (context, at, ...place) => this.#paintColumn(context, this.#order[at], ...place),
      describe: (at) => [`unit ${this.#order[at]}`, this.#describe(this.#order[at])],
      onSelect: (at) => onSelect(this.#order[at]),
    });
  }

  show(filters) {
    this.#filters = filters;
    this.#pixels = bytes(filters.pixels);
    const { selectivity, scale } = filters;
    this.#labels = Object.keys(selectivity);
    this.#parts.rows.replaceChildren(...this.#labels.map((label) => element("li", {}, label)));
    this.#parts.byLabel.hidden = this.#labels.length === 0;
    this.#parts.rows.style.height = `${this.#mapHeight()}px`;
    this.#means = Object.values(selectivity);
    this.#full = this.#means.flat().reduce((largest, mean) => Math.max(largest, mean), 1);
    this.#best = scale.map((_, unit) => best(this.#means.map((means) => means[unit])));
    // Those that favour no label come last.
    const group = ({ label, index }) => (index < SELECTIVE ? this.#labels.length : label);
    this.#order = scale
      .map((_, unit) => unit)
      .sort((a, b) => group(this.#best[a]) - group(this.#best[b]) || this.#best[b].index - this.#best[a].index);
    const favouring = this.#best.filter(({ index }) => index >= SELECTIVE).length;
    say(this.#parts.filtersNote, `layer ${filters.layer}, step ${count(filters.step)}: ${favouring} of ${scale.length} units favour a label`);
    this.#unit ??= this.#order[0];
    this.redraw();
    this.#onSelect(this.#unit);
  }

  /** Pixels: a line of text for each label. */
  #mapHeight() {
    return Math.max(140, 14 * this.#labels.length);
  }

  /** Chooses a unit. */
  mark(unit) {
    this.#unit = unit;
    this.#sheet.mark(unit);
    this.#map.mark(this.#order.indexOf(unit));
    this.#showOne();
  }

  redraw(all) {
    this.#paintKeys();
    if (this.#filters === null) {
      return;
    }
    this.#paintPictures();
    this.#sheet.draw(all);
    this.#map.mark(this.#order.indexOf(this.#unit));
    this.#map.draw(all);
    this.#showOne();
  }

  #describe(unit) {
    if (this.#filters === null || unit === undefined) {
      return "";
    }
    if (this.#labels.length < 2) {
      return ""; // nothing to prefer
    }
    const { label, index, mean } = this.#best[unit];
    const name = this.#labels[label];
    const what = index < SELECTIVE ? `favours no label, most active for ${name}` : `favours ${name}`;
    return `${what} (mean ${significant(mean, 2)}, selectivity ${index.toFixed(2)})`;
  }

  /** Pictures in a line. */
  #side() {
    return Math.ceil(Math.sqrt(this.#filters.scale.length));
  }

  /** Where the picture of a unit stands, from the left and from the top. */
  #place(unit) {
    const { rows, columns } = this.#filters;
    const side = this.#side();
    return [(unit % side) * columns, Math.floor(unit / side) * rows];
  }

  #paintPictures() {
    const { rows, columns, scale } = this.#filters;
    const table = divergingTable();
    const side = this.#side();
    const image = new ImageData(columns * side, rows * Math.ceil(scale.length / side));
    for (let unit = 0, pixel = 0; unit < scale.length; unit++) {
      const [left, top] = this.#place(unit);
      for (let row = 0; row < rows; row++) {
        let at = 4 * ((top + row) * image.width + left);
        for (let column = 0; column < columns; column++) {
          const [red, green, blue] = table[this.#pixels[pixel++]];
          image.data[at++] = red;
          image.data[at++] = green;
          image.data[at++] = blue;
          image.data[at++] = 255;
        }
      }
    }
    this.#pictures ??= document.createElement("canvas");
    this.#pictures.width = image.width;
    this.#pictures.height = image.height;
    this.#pictures.getContext("2d").putImageData(image, 0, 0);
  }

  #paintColumn(context, unit, x, y, width, height) {
    this.#means.forEach((means, label) => {
      const top = Math.round((label * height) / this.#means.length);
      const bottom = Math.round(((label + 1) * height) / this.#means.length);
      context.fillStyle = heatColor(means[unit] / this.#full);
      context.fillRect(x, y + top, width, bottom - top);
    });
  }

  #showOne() {
    const { scale, rows, columns } = this.#filters;
    const { oneName, onePicture, oneBars } = this.#parts;
    const unit = this.#unit;
    say(oneName, `Unit ${unit} ${this.#describe(unit)}`);
    onePicture.width = columns;
    onePicture.height = rows;
    const [left, top] = this.#place(unit);
    onePicture.getContext("2d").drawImage(this.#pictures, -left, -top);
    onePicture.setAttribute("aria-label", `Weights of unit ${unit}, full colour at ${significant(scale[unit], 3)}`);
    showBars(oneBars, Object.fromEntries(this.#labels.map((label, i) => [label, this.#means[i][unit]])), 2);
  }

  #paintKeys() {
    const { card, below, above } = theme();
    const ramp = (colors) => element("span", { className: "ramp", style: `background: linear-gradient(to right, ${colors.join(", ")})` });
    this.#parts.filterKey.replaceChildren(
      element("li", {}, "weights that silence the unit", ramp([below, card, above]), "and that excite it, each unit on its own scale"),
    );
    const heat = Array.from({ length: 11 }, (_, i) => heatColor(i / 10));
    this.#parts.selectivityKey.replaceChildren(element("li", {}, "0", ramp(heat), `${significant(this.#full, 3).replace(/\.0+$/, "")} mean activation`));
  }
}

/**
 * The label, by its place, with the largest mean activation, and the class selectivity index of A. S. Morcos et al., "On the importance
 * of single directions for generalization", ICLR 2018: (largest − mean of the others) / (their sum), 0 … 1;
 * 0 where there are no others.
 */
function best(means) {
  const mean = Math.max(...means);
  const others = (means.reduce((sum, each) => sum + each, 0) - mean) / (means.length - 1);
  return { label: means.indexOf(mean), mean, index: means.length < 2 || mean === 0 ? 0 : (mean - others) / (mean + others) };
}
