// The chosen unit: what it answers to, what it adds, its strongest records, and how its activations are distributed.
import { showBars } from "./bars.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";
import { paintDiverging, paintGreys } from "./pictures.js";

const figure = (caption, ...content) => element("figure", {}, ...content, element("figcaption", {}, caption));

export class UnitDetails {
  #unit = null;
  #name = element("h3");
  #facts = element("p", { className: "facts-of" });
  #seen = element("canvas", { role: "img" });
  #added = element("canvas", { role: "img" });
  #pictures = element("div", { className: "two" }, figure("answers to", this.#seen), figure("adds to the reconstruction", this.#added));
  #inputs = element("table", { className: "numbers" });
  #strongest = element("ol", { className: "strongest" });
  #histogram = element("div", { className: "histogram", role: "img" });
  #ends = element("p", { className: "ends" });
  #byLabel = element("table", { className: "bars" });
  #labels;
  #onRecord;

  constructor(onRecord) {
    this.#onRecord = onRecord;
    this.#labels = element("div", {}, element("h4", {}, "Mean activation by label"), this.#byLabel);
    this.element = element(
      "div",
      { className: "details", hidden: true },
      this.#name,
      this.#facts,
      this.#pictures,
      this.#inputs,
      element("h4", {}, "Strongest records"),
      this.#strongest,
      element("div", { className: "sides" }, element("div", {}, element("h4", {}, "Activations ", element("span", { className: "aside" }, "log count")), this.#histogram, this.#ends), this.#labels),
    );
  }

  clear() {
    this.#unit = null;
    this.element.hidden = true;
  }

  /** Somebody is about to choose a record: others would come in its place. */
  isHeld() {
    return this.#strongest.matches(":hover") || this.#strongest.contains(document.activeElement);
  }

  /** @param measures of the unit, over all that is known of it */
  show(unit, measures) {
    this.#unit = unit;
    this.element.hidden = false;
    say(this.#name, `Unit ${unit.unit} of ${unit.layer}`);
    say(this.#facts, facts(measures));
    this.#pictures.hidden = !unit.picture;
    this.#inputs.hidden = !unit.inputs;
    if (unit.picture) {
      for (const part of ["seen", "added", "strongest"]) {
        unit.picture[part] = bytes(unit.picture[part]);
      }
    } else {
      this.#showInputs(unit.inputs);
    }
    this.#showStrongest(unit);
    this.#showHistogram(unit);
    this.#labels.hidden = Object.keys(unit.byLabel).length === 0;
    showBars(this.#byLabel, unit.byLabel, 2);
    this.redraw();
  }

  redraw() {
    if (!this.#unit?.picture) {
      return;
    }
    const { rows, columns, seen, seenScale, added, addedScale } = this.#unit.picture;
    paintDiverging(this.#seen, seen, 0, rows, columns);
    this.#seen.setAttribute("aria-label", `What unit ${this.#unit.unit} answers to: full colour is ${significant(seenScale, 2)} from the mean record`);
    this.#added.parentElement.hidden = added.length === 0;
    if (added.length > 0) {
      paintDiverging(this.#added, added, 0, rows, columns);
      this.#added.setAttribute("aria-label", `What unit ${this.#unit.unit} adds to the reconstruction: full colour is a weight of ${significant(addedScale, 2)}`);
    }
  }

  #showStrongest({ strongest, picture }) {
    this.#strongest.classList.toggle("lines", !picture);
    if (strongest.length === 0) {
      this.#strongest.replaceChildren(element("li", { className: "none" }, "None of the records has activated it."));
      return;
    }
    this.#strongest.replaceChildren(
      ...strongest.map(({ record, activation, label, telling }, i) => {
        const value = element("span", { className: "value" }, label === "" ? "" : element("b", {}, label), ` ${significant(activation, 3)}`);
        const button = element("button", { type: "button", title: "Show its code" }, this.#record(picture, telling, i), value);
        button.setAttribute("aria-label", `record${label === "" ? "" : ` of ${label}`} with activation ${significant(activation, 3)}: show its code`);
        button.addEventListener("click", () => this.#onRecord(record));
        return element("li", {}, button);
      }),
    );
  }

  #record(picture, telling, i) {
    if (!picture) {
      const parts = telling.map(({ name, value, spreads }) => element("span", {}, element("b", {}, name), ` ${Number.isFinite(value) ? significant(value, 4) : "missing"} (${spreads > 0 ? "+" : "−"}${Math.abs(spreads).toFixed(1)} sd)`));
      return element("span", { className: "telling" }, ...parts);
    }
    const canvas = element("canvas", { className: "grey" });
    paintGreys(canvas, picture.strongest, i * picture.rows * picture.columns, picture.rows, picture.columns);
    return canvas;
  }

  /** Each input in its own unit; bars in its standard deviations. */
  #showInputs(inputs) {
    const seenFull = Math.max(1e-9, ...inputs.map(({ seenSpreads }) => Math.abs(seenSpreads)));
    const addedFull = Math.max(1e-9, ...inputs.map(({ addedSpreads }) => Math.abs(addedSpreads ?? 0)));
    const head = ["Input", "strongest − mean", "", "adds", ""].map((text) => (text === "" ? element("td") : element("th", { scope: "col" }, text)));
    this.#inputs.replaceChildren(
      element("thead", {}, element("tr", {}, ...head)),
      element(
        "tbody",
        {},
        ...inputs.map(({ name, seen, seenSpreads, added, addedSpreads }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row", title: name }, name),
            element("td", { className: "number" }, signed(seen)),
            element("td", {}, bar(seenSpreads, seenFull)),
            element("td", { className: "number" }, added === null ? "–" : signed(added)),
            element("td", {}, bar(addedSpreads ?? 0, addedFull)),
          ),
        ),
      ),
    );
  }

  #showHistogram({ histogram: { to, counts }, activeAbove, active, records }) {
    const full = Math.log10(Math.max(...counts) + 1);
    this.#histogram.replaceChildren(
      ...counts.map((number, bin) => {
        const isOn = ((bin + 1) / counts.length) * to > activeAbove && (bin > 0 || activeAbove > 0);
        return element("i", { className: isOn ? "on" : "", style: `height: ${full === 0 ? 0 : (100 * Math.log10(number + 1)) / full}%` });
      }),
    );
    this.#histogram.setAttribute("aria-label", `Histogram of ${count(records)} activations from 0 to ${significant(to, 3)}: on for ${significant(100 * active, 2)} %`);
    this.#ends.replaceChildren(element("span", {}, "0"), element("span", {}, `on ${significant(100 * active, 2)} %`), element("span", {}, significant(to, 3)));
  }
}

function facts({ density, measured, selectivity, label }) {
  if (density === 0) {
    return `Dead: active for none of the last ${count(measured)} records.`;
  }
  const on = `On for ${significant(100 * density, 2)} % of the last ${count(measured)} records`;
  return label === null ? `${on}.` : `${on}, most for ${label} (selectivity ${significant(selectivity, 2)}).`;
}

const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + significant(Math.abs(value), 3);

function bar(value, full) {
  const width = (50 * Math.abs(value)) / full;
  return element("span", { className: "track" }, element("i", { className: value < 0 ? "less" : "more-of", style: `width: ${width}%; left: ${value < 0 ? 50 - width : 50}%` }));
}
