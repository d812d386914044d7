// The latest records that were told as anomalies, with the inputs that made them so.
import { element } from "./dom.js";
import { significant } from "./format.js";

export class AnomaliesPanel {
  #panel;
  #body;
  #none;

  constructor({ anomalies, anomalyRows, noAnomalies }) {
    this.#panel = anomalies;
    this.#body = anomalyRows;
    this.#none = noAnomalies;
  }

  /** @param anomalies the newest first */
  show(anomalies) {
    this.#panel.hidden = false;
    this.#none.hidden = anomalies.length > 0;
    const newest = anomalies[0]?.source ?? "";
    if (this.#body.dataset.newest !== newest) {
      this.#body.dataset.newest = newest;
      this.#body.replaceChildren(...anomalies.map(row));
    }
  }
}

function row({ timestamp, source, label, rank, deviation, inputs }) {
  const made = inputs.map(({ name, value, reconstruction, share }) =>
    element("li", {}, element("b", {}, name), ` ${Number.isFinite(value) ? significant(value, 4) : "missing"}, expected ${significant(reconstruction, 4)} (${Math.round(100 * share)} %)`),
  );
  return element(
    "tr",
    {},
    element("th", { scope: "row", title: source }, new Date(timestamp).toLocaleString()),
    element("td", {}, rank.toFixed(4)),
    element("td", {}, significant(deviation, 3)),
    element("td", {}, label ?? ""),
    element("td", {}, element("ul", {}, ...made)),
  );
}
