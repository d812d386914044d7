// A model's decoder in the browser, from the server's float32.

const FUNCTIONS = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  relu: (z) => Math.max(z, 0),
  linear: (z) => z,
};
const CLIP = 5; // standard deviations

export class Decoder {
  #layers = [];
  #scale;
  #offset = null;
  #factor = null;

  /**
   * @param step updates that had made it
   * @param floats weights [in × out] and biases [out] of each layer, then offset and factor of scaled inputs
   * @param kind sizes of the layers, from the code to the outputs; names of their functions; scale of the inputs
   */
  constructor(step, floats, { sizes, hidden, output, scale }) {
    this.step = step;
    this.#scale = scale;
    let at = 0;
    const next = (length) => floats.subarray(at, (at += length));
    for (let layer = 0; layer < sizes.length - 1; layer++) {
      const [inputs, outputs] = [sizes[layer], sizes[layer + 1]];
      const apply = FUNCTIONS[layer === sizes.length - 2 ? output : hidden];
      this.#layers.push({ weights: next(inputs * outputs), biases: next(outputs), outputs, apply });
    }
    if (scale !== "none") {
      this.#offset = next(sizes.at(-1));
      this.#factor = next(sizes.at(-1));
    }
  }

  /** The reconstruction that a code gives, scaled as the inputs are. */
  #outputs(code) {
    let values = code;
    for (const { weights, biases, outputs, apply } of this.#layers) {
      const sums = Float64Array.from(biases);
      for (let i = 0; i < values.length; i++) {
        if (values[i] !== 0) {
          for (let j = 0, w = i * outputs; j < outputs; j++, w++) {
            sums[j] += values[i] * weights[w];
          }
        }
      }
      values = sums.map(apply);
    }
    return values;
  }

  /**
   * What a code is decoded to.
   *
   * @param record of which it is the code
   * @returns values in the inputs' own units, and the mean squared error that the model has
   */
  decode(code, record) {
    const outputs = this.#outputs(code);
    let squares = 0;
    outputs.forEach((value, i) => (squares += (value - this.#scaled(record[i], i)) ** 2));
    return { values: outputs.map((value, i) => this.#unscaled(value, i)), mse: squares / outputs.length };
  }

  #scaled(value, i) {
    if (this.#offset === null) {
      return value;
    }
    const isMinMax = this.#scale === "minmax";
    if (!Number.isFinite(value)) {
      return isMinMax ? 0.5 : 0; // missing: the middle
    }
    const scaled = (value - this.#offset[i]) * this.#factor[i];
    return isMinMax ? Math.max(0, Math.min(1, scaled)) : Math.max(-CLIP, Math.min(CLIP, scaled));
  }

  #unscaled(value, i) {
    if (this.#offset === null) {
      return value;
    }
    return this.#factor[i] === 0 ? this.#offset[i] : value / this.#factor[i] + this.#offset[i];
  }
}
