// The error of each label's records, of all models side by side.
import { modelColor } from "./colors.js";
import { element, say } from "./dom.js";
import { significant } from "./format.js";

export class LabelsPanel {
  #panel = document.getElementById("labels");
  #table = document.getElementById("byLabelBars");
  #models = [];
  #errors = new Map();
  #shown = "";

  show(models) {
    this.#models = models;
  }

  frame({ model, errorByLabel }) {
    this.#errors.set(model, errorByLabel);
    if (model === this.#models.at(-1)) {
      this.#draw();
    }
  }

  #draw() {
    const labels = Object.keys(Object.assign({}, ...this.#models.map((model) => this.#errors.get(model))));
    this.#panel.hidden = labels.length === 0; // without labels there is nothing to tell apart
    const structure = JSON.stringify([this.#models, labels]);
    if (this.#shown !== structure) {
      this.#shown = structure;
      this.#table.replaceChildren(
        ...labels.map((label) =>
          element("tr", {}, element("th", { scope: "row", title: label }, label), ...this.#models.map((model, i) => cell(model, i))),
        ),
      );
    }
    const values = labels.map((label) => this.#models.map((model) => this.#errors.get(model)?.[label] ?? NaN));
    const full = Math.max(1e-9, ...values.flat().filter(Number.isFinite));
    values.forEach((errors, row) => {
      const best = Math.min(...errors.filter(Number.isFinite));
      errors.forEach((error, i) => {
        const [rail, text] = this.#table.rows[row].cells[i + 1].children;
        rail.firstChild.style.width = Number.isFinite(error) ? `${(100 * error) / full}%` : "0";
        say(text, Number.isFinite(error) ? significant(error, 3) : "–");
        text.classList.toggle("best", errors.length > 1 && error === best);
      });
    });
  }
}

function cell(model, index) {
  return element("td", { title: model }, element("span", { className: "rail" }, element("i", { style: `background: ${modelColor(index)}` })), element("b"));
}
