// The subject itself: of how many units a record makes use, and how strongly, by layer and model.
import { choice } from "./chart.js";
import { css, mix, modelColor, modelInk, theme, withAlpha } from "./colors.js";
import { element, say, table } from "./dom.js";
import { bytes, count, short, significant } from "./format.js";

const ACTIVE = "active";
const STRONG = "above 0.5";
const RIDGE_HEIGHT = 64;
const FEW_SHARE = 0.3; // of a layer's units: about what the preset selective lets be active in its narrow layer

/**
 * What kind of code a layer is: few strong units in a record are a sparse one. Where all units are small it is faint, which the
 * mean activation cannot tell from sparse.
 *
 * @returns {word, tone, text}
 */
export function verdictOf({ units, activeAbove, width, active, strong }) {
  const mean = active.reduce((sum, share, bin) => sum + share * (bin + 0.5 * (width > 1)) * width, 0);
  const anyStrong = 1 - strong[0];
  const few = `${significant(mean, mean < 10 ? 2 : 3)} of ${units}`;
  if (activeAbove > 0 && mean <= FEW_SHARE * units && anyStrong < 0.5) {
    return { word: "faint", tone: "warn", mean, text: `faint: ${Math.round(100 * (1 - anyStrong))} % of records have no unit above 0.5` };
  }
  return mean <= FEW_SHARE * units
    ? { word: "sparse", tone: "good", mean, text: `sparse: ${few} units active` }
    : { word: "dense", tone: "neutral", mean, text: `dense: ${few} units active` };
}

export class SparsityPanel {
  #panel = document.getElementById("sparsity");
  #place = document.getElementById("sparsityLayers");
  #measures = document.getElementById("measures");
  #models = [];
  #events = new Map();
  #frames = new Map();
  #blocks = new Map(); // by layer
  #kind = ACTIVE;
  #structure = "";
  #visible = false;
  #drawn = new Set();

  constructor() {
    choice(document.getElementById("threshold"), [ACTIVE, STRONG], this.#kind, (kind) => {
      this.#kind = kind;
      this.redraw();
    });
    new ResizeObserver(() => this.redraw()).observe(this.#place);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.redraw();
    }).observe(this.#panel);
  }

  show(models) {
    this.#models = models;
  }

  restarted() {
    this.#panel.classList.add("old");
    this.#events.clear();
    this.#drawn.clear();
  }

  frame(frame) {
    this.#frames.set(frame.model, frame);
    if (frame.model === this.#models.at(-1)) {
      this.#table();
    }
  }

  distributions(event) {
    const layers = event.layers.map((layer) => ({ ...layer, ridge: { ...layer.ridge, shares: bytes(layer.ridge.shares) } }));
    this.#events.set(event.model, layers);
    this.#panel.hidden = false;
    this.#panel.classList.remove("old");
    this.#panel.classList.add("filled");
    if (this.#visible || !this.#drawn.has(event.model)) {
      this.#drawn.add(event.model); // off screen only for the first time
      this.redraw();
    }
  }

  redraw() {
    const layers = [...new Set(this.#models.flatMap((model) => (this.#events.get(model) ?? []).map(({ name }) => name)))];
    if (layers.length === 0) {
      return;
    }
    const structure = JSON.stringify([this.#models, layers]);
    if (this.#structure !== structure) {
      this.#structure = structure;
      this.#blocks = new Map(layers.map((name) => [name, block(name, this.#models)]));
      this.#place.replaceChildren(...[...this.#blocks.values()].map(({ node }) => node));
    }
    this.#blocks.forEach((parts, name) => this.#drawLayer(parts, name));
  }

  #drawLayer(parts, name) {
    const lists = this.#models.map((model) => this.#events.get(model)?.find((layer) => layer.name === name));
    const known = lists.filter((layer) => layer !== undefined);
    say(parts.size, `${[...new Set(known.map(({ units }) => units))].join(" / ")} units`);
    const strong = this.#kind === STRONG;
    const counts = lists.map((layer) => layer && { values: strong ? layer.strong : layer.active, width: layer.width, end: layer.units });
    // Where all are few, the rest of the axis is not needed.
    const last = Math.max(...counts.filter(Boolean).map(({ values, width }) => (values.findLastIndex((share) => share > 0.0005) + 1) * width));
    const unit = Math.max(...known.map(({ units }) => units));
    drawHistogram(parts.counts, counts, { end: Math.min(unit, Math.max(last * 1.1, unit / 10)) + 1, percent: true });
    parts.counts.setAttribute("aria-label", `${name}: share of the records by how many units are ${strong ? "above 0.5" : "active"}. ${this.#texts(lists)}`);
    const values = lists.map((layer) => layer && { values: layer.values, width: layer.full / layer.values.length, end: layer.full });
    drawHistogram(parts.values, values, { end: Math.max(...known.map(({ full }) => full)), logarithmic: true });
    const largest = lists.map((layer, i) => layer && `${this.#models[i]} up to ${significant(layer.largest, 2)}`).filter(Boolean);
    parts.values.setAttribute("aria-label", `${name}: how large activations are. ${largest.join(", ")}.`);
    lists.forEach((layer, i) => {
      const { canvas, verdict } = parts.models[i];
      if (layer !== undefined) {
        const { text, tone } = verdictOf(layer);
        say(verdict, text);
        verdict.dataset.tone = tone;
        const rho = this.#frames.get(this.#models[i])?.hyperparameters?.rho ?? null;
        drawRidge(canvas, layer.ridge, i, layer.activeAbove > 0 ? rho : null);
        canvas.setAttribute("aria-label", `${this.#models[i]}, ${name}: mean activation of the units over the steps`);
      }
    });
  }

  #texts(lists) {
    return lists.map((layer, i) => layer && `${this.#models[i]} is ${verdictOf(layer).text}.`).filter(Boolean).join(" ");
  }

  /** The live measures of all models. */
  #table() {
    const rows = this.#models.flatMap((model) => {
      const measures = this.#frames.get(model)?.activations?.measures ?? null;
      return Object.entries(measures?.layers ?? {}).map(([name, layer]) => [`${model} ${name}`, ...textsOf(layer, this.#frames.get(model), name)]);
    });
    this.#measures.hidden = rows.length === 0;
    const text = JSON.stringify(rows);
    if (rows.length > 0 && this.#measures.dataset.text !== text) {
      this.#measures.dataset.text = text;
      const { window } = this.#frames.values().next().value.activations?.measures ?? { window: 10_000 };
      this.#measures.replaceChildren(
        table(
          [`last ${count(window)} records`, "active units", "mean activation", "dead", "lifetime sparseness", "population sparseness", "class selectivity", "labels predicted"],
          rows,
        ),
      );
    }
  }
}

function textsOf({ l0, dead, density, lifetimeSparseness, populationSparseness, classSelectivity, probeAccuracy }, frame, name) {
  const share = (value) => (value === null ? "–" : value.toFixed(2));
  const mean = frame.activations.layers[name]?.runningAverage?.recent;
  return [
    `${significant(l0, 3)} of ${density.length}`,
    Number.isFinite(mean) ? significant(mean, 2) : "–",
    String(dead),
    share(lifetimeSparseness),
    share(populationSparseness),
    share(classSelectivity),
    probeAccuracy === null ? "–" : `${(100 * probeAccuracy).toFixed(1)} %`,
  ];
}

function block(name, models) {
  const size = element("span", { className: "aside" });
  const canvas = () => element("canvas", { role: "img", "aria-label": "nothing to show yet" });
  const counts = canvas();
  const values = canvas();
  const lines = models.map((model, i) => {
    const verdict = element("p", { className: "verdict pill" });
    return {
      canvas: canvas(),
      verdict,
      head: element("p", { className: "ridge-head" }, element("span", { className: "dot", style: `background: ${modelColor(i)}` }), model, verdict),
    };
  });
  const node = element(
    "section",
    { className: "layer", "aria-label": `Layer ${name}` },
    element("h4", {}, name, " ", size),
    element(
      "div",
      { className: "trio" },
      element("figure", {}, counts, element("figcaption", {}, "units active in a record (share of records)")),
      element("figure", {}, values, element("figcaption", {}, "activation (share of all, logarithmic)")),
      element("div", { className: "ridges" }, ...lines.flatMap(({ head, canvas: ridge }) => [head, ridge]), element("p", { className: "caption" }, "mean activation of each unit over the steps, 0.0001 to 1; dashed: ρ")),
    ),
  );
  return { node, size, counts, values, models: lines };
}

/** A canvas as wide as its place; returns its context, in pixels of the style sheet. */
function prepare(canvas, height) {
  const width = canvas.clientWidth;
  const scale = devicePixelRatio;
  canvas.style.height = `${height}px`;
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.font = `12px ${getComputedStyle(document.documentElement).fontFamily}`;
  return { context, width, height };
}

const LOWEST_SHARE = 1e-5;
const LEAST_PIXELS = 4; // of a bin

/** @param lists of each model, or undefined: {values, width of a bin, end of the last one} */
function drawHistogram(canvas, fine, { end, percent = false, logarithmic = false }) {
  const { context, width, height } = prepare(canvas, Math.max(150, 92 * fine.length - 24));
  const { line, soft } = theme();
  const [left, bottom, top] = [4, height - 20, 16];
  const across = width - left - 8;
  const lists = fine.map((list) => list && grouped(list, (end / across) * LEAST_PIXELS));
  const known = lists.filter((list) => list !== undefined);
  // Bins of one width are comparable; a single bar that has everything does not hide the others.
  const high = logarithmic ? 1 : Math.max(...known.map(({ values }) => Math.max(...values)), 1e-9);
  const y = (share) => {
    const part = logarithmic ? Math.log10(Math.max(share, LOWEST_SHARE) / LOWEST_SHARE) / Math.log10(1 / LOWEST_SHARE) : Math.sqrt(share / high);
    return bottom - part * (bottom - top);
  };
  const x = (value) => left + (value / end) * across;
  context.strokeStyle = line;
  context.beginPath();
  context.moveTo(left, bottom + 0.5);
  context.lineTo(left + across, bottom + 0.5);
  context.stroke();
  context.fillStyle = soft;
  for (const tick of ticks(end)) {
    const text = short(tick);
    const half = context.measureText(text).width / 2;
    const at = x(tick) + (percent ? across / end / 2 : 0);
    context.textAlign = "center";
    context.fillText(text, Math.max(half, Math.min(width - half, at)), height - 5);
  }
  context.textAlign = "left";
  context.fillText(percent ? `${Math.round(100 * high)} %` : "all", left, top - 4);
  lists.forEach((list, i) => {
    if (list === undefined) {
      return;
    }
    const color = modelInk(i);
    const path = new Path2D();
    path.moveTo(x(0), bottom);
    list.values.forEach((share, bin) => {
      const from = bin * list.width;
      if (from < end) {
        path.lineTo(x(from), y(share));
        path.lineTo(x(Math.min(end, from + list.width)), y(share));
      }
    });
    path.lineTo(x(Math.min(end, list.values.length * list.width)), bottom);
    context.fillStyle = withAlpha(color, 0.18);
    context.fill(path);
    context.strokeStyle = color;
    context.lineWidth = 1.6;
    context.stroke(path);
  });
}

/** Neighbouring bins as one, so that none is narrower than that. */
function grouped({ values, width, end }, least) {
  const group = Math.max(1, Math.ceil(least / width - 1e-9));
  const sums = Array.from({ length: Math.ceil(values.length / group) }, (_, i) =>
    values.slice(i * group, (i + 1) * group).reduce((sum, each) => sum + each, 0),
  );
  return { values: sums, width: width * group, end };
}

/** A few round numbers from 0 to the end. */
function ticks(end) {
  const raw = end / 4;
  const decade = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((mark) => mark * decade).find((each) => each >= raw);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** Of each kept step a column: how many units have which average, by its logarithm. */
function drawRidge(canvas, { steps, bins, perDecade, lowest, shares }, model, rho) {
  const { context, width, height } = prepare(canvas, RIDGE_HEIGHT);
  const { card, line, ink } = theme();
  const color = modelInk(model);
  context.fillStyle = css(mix(card, line, 0.6));
  context.fillRect(0, 0, width, height);
  const shown = 4 * perDecade; // up to 1
  const first = steps[0];
  const range = Math.max(1, steps.at(-1) - first);
  const y = (bin) => height - (bin / shown) * height;
  steps.forEach((step, column) => {
    const from = ((step - first) / range) * width;
    const to = column + 1 < steps.length ? ((steps[column + 1] - first) / range) * width : width;
    for (let bin = 0; bin < bins; bin++) {
      const share = shares[column * bins + bin] / 255;
      if (share > 0) {
        context.fillStyle = css(mix(card, color, 0.25 + 0.75 * Math.sqrt(share)));
        const place = Math.min(bin, shown - 1);
        context.fillRect(from, y(place + 1), Math.max(1, to - from + 0.5), y(place) - y(place + 1));
      }
    }
  });
  if (rho !== null) {
    const at = y(Math.log10(rho / lowest) * perDecade);
    context.strokeStyle = ink;
    context.setLineDash([4, 4]);
    context.beginPath();
    context.moveTo(0, at);
    context.lineTo(width, at);
    context.stroke();
  }
}
