// The inputs of one record that is no picture, each beside its reconstruction.
import { element, say } from "./dom.js";
import { count, significant } from "./format.js";

export class InputsPanel {
  #table;
  #body;
  #note;
  #more;

  constructor({ inputs, inputRows, inputsMore, inputsNote }) {
    this.#table = inputs;
    this.#body = inputRows;
    this.#more = inputsMore;
    this.#note = inputsNote;
  }

  show({ step, label, mse, total, inputs }) {
    this.#table.hidden = false;
    say(this.#note, `step ${count(step)}, a record${label === "" ? "" : ` of ${label}`} with error ${significant(mse, 3)}`);
    while (this.#body.rows.length > inputs.length) {
      this.#body.deleteRow(-1);
    }
    while (this.#body.rows.length < inputs.length) {
      this.#body.append(row());
    }
    inputs.forEach(({ name, value, reconstruction, place, reconstructionPlace }, i) => {
      const [head, bars, was, became] = this.#body.rows[i].cells;
      say(head, name);
      head.title = name;
      bars.children[0].style.width = `${100 * place}%`;
      bars.children[1].style.width = `${100 * reconstructionPlace}%`;
      say(was, Number.isFinite(value) ? significant(value, 4) : "missing");
      say(became, significant(reconstruction, 4));
    });
    this.#more.hidden = inputs.length === total;
    say(this.#more, `The ${inputs.length} of ${count(total)} inputs whose reconstruction is furthest off.`);
  }
}

function row() {
  const bars = element("td", {}, element("i"), element("i", { className: "after" }));
  return element("tr", {}, element("th", { scope: "row" }), bars, element("td"), element("td"));
}
