// The three charts: loss, average activation, sparsity penalty.
import uPlot from "../uplot/dist/uPlot.esm.js";
import { Chart, choice } from "./chart.js";
import { theme, withAlpha } from "./colors.js";
import { say } from "./dom.js";
import { count, short, significant } from "./format.js";

const MARK_LINES = 4; // so many neighbouring marks have their words below one another
const LINEAR = "linear";
const LOG = "log";

const value = (number) => significant(number, 3);
/** 1, 2, 5 of every decade, or 1 alone where there are many. */
function logTicks(plot, axis, low, high) {
  const ticks = [];
  if (!(low > 0 && high < Infinity)) {
    return ticks; // there would be no end to the decades
  }
  const marks = high / low > 300 ? [1] : [1, 2, 5];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++) {
    ticks.push(...marks.map((mark) => Number(`${mark}e${decade}`)).filter((tick) => tick >= low && tick <= high));
  }
  return ticks;
}

const axisValue = (number) => (number === null ? "" : String(Number(number.toPrecision(3))));

/** Over the steps; its vertical scale is that of all models. */
class StepChart {
  #id;
  #name;
  #ranges;
  #scale = LOG;
  #marks = [];
  #chart;
  #raw = null;

  constructor(parts, id, name, ranges, series, describe) {
    this.#id = id;
    this.#name = name;
    this.#ranges = ranges;
    choice(parts[`${id}Scale`], [LINEAR, LOG], this.#scale, (scale) => {
      this.#scale = scale;
      this.#chart.clear();
      if (this.#raw !== null) {
        this.#chart.set(this.#data());
      }
    });
    this.#chart = new Chart(
      { chart: parts[`${id}Chart`], legend: parts[`${id}Legend`], details: parts[`${id}Table`].parentElement },
      {
        series,
        headX: "step",
        formatX: count,
        describe,
        make: (colors) => ({
          scales: { x: { time: false }, y: { distr: this.#scale === LOG ? 3 : 1, range: () => this.#range() } },
          axes: [
            { values: (plot, splits) => splits.map(short), space: 60, size: 24 },
            { ...(this.#scale === LOG && { splits: logTicks, filter: (plot, splits) => splits }), values: (plot, splits) => splits.map(axisValue), size: 46 },
          ],
          draw: (plot) => this.#marks.forEach(({ step, text }, i) => drawVertical(plot, colors, step, text, i % MARK_LINES)),
        }),
      },
    );
  }

  /**
   * @param data steps, then a list per series
   * @param marks of {step, text}, each a vertical line
   */
  set(data, marks) {
    this.#raw = data.map((list) => list.map((each) => (Number.isFinite(each) ? each : null)));
    this.#marks = marks;
    this.#chart.set(this.#data());
  }

  redraw(all) {
    this.#chart.rebuild(all);
  }

  #data() {
    const shown = this.#raw.map((list, i) =>
      i > 0 && this.#scale === LOG ? list.map((each) => (each > 0 ? each : null)) : list,
    );
    let low = Infinity;
    let high = 0;
    for (const list of shown.slice(1)) {
      for (const each of list) {
        if (each !== null) {
          low = each > 0 ? Math.min(low, each) : low;
          high = Math.max(high, each);
        }
      }
    }
    this.#ranges.set(this.#id, this.#name, [low, high]);
    return shown;
  }

  #range() {
    const [low, high] = this.#ranges.of(this.#id);
    if (high === 0) {
      return this.#scale === LOG ? [0.1, 1] : [0, 1]; // there is nothing to show yet
    }
    return this.#scale === LOG ? [low * 0.8, high * 1.25] : [0, high * 1.05];
  }
}

/** A dashed line at a value of the horizontal axis, with a word at its top, or some lines below that. */
function drawVertical(plot, colors, at, text, line = 0) {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at, "x", true));
  ctx.save();
  ctx.strokeStyle = colors.faint;
  ctx.fillStyle = colors.soft;
  ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(document.documentElement).fontFamily}`;
  ctx.textAlign = "left"; // uPlot leaves it as its axes had it
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  // To the left of its line where there is no room to the right.
  const space = 5 * devicePixelRatio;
  const width = ctx.measureText(text).width;
  const right = x + space + width <= bbox.left + bbox.width;
  ctx.fillText(text, right ? x + space : x - space - width, bbox.top + (10 + 13 * line) * devicePixelRatio);
  ctx.restore();
}

export class LossChart {
  #chart;
  #note;

  constructor(parts, name, ranges) {
    this.#note = parts.lossNote;
    this.#chart = new StepChart(
      parts,
      "loss",
      name,
      ranges,
      [
        { name: "total", color: () => theme().ink, width: 2, format: value },
        { name: "MSE", color: () => theme().a, format: value },
        { name: "L2", color: () => theme().c, format: value },
        { name: "KL", color: () => theme().b, format: value },
      ],
      ([steps, total, mse]) =>
        `Loss over the steps ${count(steps[0])} to ${count(steps.at(-1))}: ` +
        `total from ${value(total[0])} to ${value(total.at(-1))}, mean squared error ${value(mse.at(-1))}.`,
    );
  }

  show({ steps, loss, stride }, marks) {
    say(this.#note, stride === 1 ? "every step" : `mean of ${count(stride)} steps`);
    this.#chart.set([steps, loss.total, loss.mse, loss.l2, loss.kl], marks);
  }

  redraw(all) {
    this.#chart.redraw(all);
  }
}

export class ActivationChart {
  #parts;
  #name;
  #ranges;
  #chart = null;

  constructor(parts, name, ranges) {
    this.#parts = parts;
    this.#name = name;
    this.#ranges = ranges;
  }

  show({ steps, recent }, rho, marks) {
    const layers = Object.keys(recent);
    if (this.#chart === null) {
      this.#chart = this.#make(layers);
    }
    const target = steps.map(() => rho);
    this.#chart.set([steps, ...layers.map((layer) => recent[layer]), target], marks);
  }

  redraw(all) {
    this.#chart?.redraw(all);
  }

  #make(layers) {
    return new StepChart(
      this.#parts,
      "activation",
      this.#name,
      this.#ranges,
      [
        ...layers.map((name, i) => ({ name, color: layerColor(i), width: 2, format: value })),
        { name: "ρ", color: () => theme().soft, dash: [5, 4], width: 1.4, format: value },
      ],
      (data) =>
        "Average activation: " +
        layers.map((layer, i) => `${layer} ${value(data[i + 1].at(-1))}`).join(", ") +
        `; target ${value(data.at(-1).at(-1) ?? 0)}.`,
    );
  }
}

/** Of a hidden layer, counted from 0. */
export const layerColor = (index) => () => theme()[["a", "b", "c"][index % 3]];

const LOWEST = 1e-4;
const DECADES = [1e-4, 1e-3, 0.01, 0.1, 1];
const BINS = 40; // ten a decade
const FINE = 4; // points of the curve for each bin
const EDGES = Array.from({ length: BINS * FINE + 1 }, (_, i) => LOWEST * 10 ** (i / (10 * FINE)));
const KL_RANGE = [1e-4, 10];

/** KL(ρ ‖ ρ̂) of two coins. */
const divergence = (rho, r) => {
  const rhoHat = Math.min(r, 1 - 1e-6);
  return rho * Math.log(rho / rhoHat) + (1 - rho) * Math.log((1 - rho) / (1 - rhoHat));
};

/** The penalty as a curve over ρ̂, and below it how many units have which ρ̂. */
export class KlChart {
  #parts;
  #name;
  #ranges;
  #chart = null;
  #rho = null;

  constructor(parts, name, ranges) {
    this.#parts = parts;
    this.#name = name;
    this.#ranges = ranges;
  }

  show(layers, rho) {
    this.#rho = rho;
    const names = Object.keys(layers);
    if (this.#chart === null) {
      this.#chart = this.#make(names);
    }
    const units = names.map((name) => shares(layers[name].units));
    this.#ranges.set("units", this.#name, [0, Math.max(...units.flat())]);
    this.#chart.set([EDGES, ...units, EDGES.map((edge) => Math.max(KL_RANGE[0], divergence(rho, edge)))]);
  }

  redraw(all) {
    this.#chart?.rebuild(all);
  }

  #make(names) {
    const parts = this.#parts;
    return new Chart(
      { chart: parts.klChart, legend: parts.klLegend, details: parts.klTable.parentElement },
      {
        series: [
          ...names.map((name, i) => ({
            name: `units of ${name}`,
            color: layerColor(i),
            width: 1.2,
            fill: () => withAlpha(layerColor(i)(), 0.22),
            paths: uPlot.paths.stepped({ align: 1 }),
            scale: "units",
            format: (share) => `${Math.round(share)} %`,
          })),
          { name: "KL(ρ ‖ ρ̂)", color: () => theme().ink, width: 1.6, format: value },
        ],
        headX: "ρ̂ from",
        formatX: value,
        rest: () => -1,
        describe: ([edges, ...lists]) =>
          "Units by their average activation ρ̂: " +
          names.map((name, i) => `${name} most often near ${value(edges[lists[i].indexOf(Math.max(...lists[i]))])}`).join(", ") +
          ".",
        make: (colors) => ({
          scales: {
            x: { time: false, distr: 3, range: [LOWEST, 1] },
            y: { distr: 3, range: KL_RANGE },
            units: { range: () => [0, Math.max(10, this.#ranges.of("units")[1] * 1.1)] },
          },
          axes: [
            {
              splits: () => DECADES,
              filter: (plot, splits) => splits,
              values: (plot, splits) => splits.map(axisValue),
              size: 24,
              label: "average activation ρ̂ of a unit",
            },
            {
              splits: () => [...DECADES.slice(1), 10],
              filter: (plot, splits) => splits,
              values: (plot, splits) => splits.map(axisValue),
              size: 44,
              label: "penalty KL(ρ ‖ ρ̂)",
            },
            {
              side: 1,
              scale: "units",
              size: 40,
              label: "share of units",
              grid: { show: false },
              values: (plot, splits) => splits.map((each) => `${each} %`),
            },
          ],
          draw: (plot) => drawVertical(plot, colors, this.#rho, `ρ = ${axisValue(this.#rho)}`),
        }),
      },
    );
  }
}

/** Per cent of the units in each bin; those below the axis are in the first. */
function shares(units) {
  const bins = new Array(EDGES.length).fill(0);
  for (const average of units) {
    const bin = Math.min(BINS - 1, Math.floor(Math.log10(Math.max(average, LOWEST) / LOWEST) * 10));
    for (let point = bin * FINE; point < (bin + 1) * FINE; point++) {
      bins[point] += 100 / units.length;
    }
  }
  return bins;
}
