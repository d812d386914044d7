// How sparse and selective each hidden layer is of late, as numbers.
import { table } from "./dom.js";
import { count, significant } from "./format.js";

export class MeasuresTable {
  #place;

  constructor(parts) {
    this.#place = parts.measures;
  }

  /** @param measures null where they are not taken */
  show(measures) {
    const rows = Object.entries(measures?.layers ?? {}).map(([name, layer]) => [name, ...textsOf(layer)]);
    this.#place.hidden = rows.length === 0;
    const text = JSON.stringify(rows);
    if (rows.length > 0 && this.#place.dataset.text !== text) {
      this.#place.dataset.text = text;
      const images = `last ${count(measures.window)} images`;
      this.#place.replaceChildren(
        table([images, "active", "lifetime sparseness", "class selectivity", "labels predicted"], rows),
      );
    }
  }
}

function textsOf({ l0, density, lifetimeSparseness, classSelectivity, probeAccuracy }) {
  const share = (value) => (value === null ? "–" : value.toFixed(2));
  return [
    `${significant(l0, 3)} of ${density.length}`,
    share(lifetimeSparseness),
    share(classSelectivity),
    probeAccuracy === null ? "–" : `${(100 * probeAccuracy).toFixed(1)} %`,
  ];
}
