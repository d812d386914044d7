// The values that the models show, by kind: what is drawn side by side has one scale, so that it can be compared.

export class Ranges {
  #kinds = new Map(); // kind => model => [low, high]

  /** What a model shows of a kind now. */
  set(kind, model, range) {
    if (!this.#kinds.has(kind)) {
      this.#kinds.set(kind, new Map());
    }
    this.#kinds.get(kind).set(model, range);
  }

  /** Of all models together; from infinity to zero before the first. */
  of(kind) {
    const ranges = [...(this.#kinds.get(kind)?.values() ?? [])];
    return [Math.min(...ranges.map(([low]) => low)), Math.max(0, ...ranges.map(([, high]) => high))];
  }

  /** A model that is shown no more. */
  forget(model) {
    this.#kinds.forEach((models) => models.delete(model));
  }
}
