// The chart of the sparsity penalty, and what all charts share.
import uPlot from "../uplot/dist/uPlot.esm.js";
import { Chart } from "./chart.js";
import { modelInk, theme, withAlpha } from "./colors.js";
import { significant } from "./format.js";

const value = (number) => significant(number, 3);

/** 1, 2, 5 of every decade, or 1 alone where there are many. */
export function logTicks(plot, axis, low, high) {
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

export const axisValue = (number) => (number === null ? "" : String(Number(number.toPrecision(3))));

/** A dashed line at a value of the horizontal axis, with a word at its top, or some lines below that. */
export function drawVertical(plot, colors, at, text, line = 0) {
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
  #index;
  #ranges;
  #chart = null;
  #rho = null;

  /** @param index of the model, which has its colour */
  constructor(parts, name, index, ranges) {
    this.#parts = parts;
    this.#index = index;
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
            color: () => modelInk(this.#index),
            dash: i > 0 ? [5, 3] : undefined,
            width: 1.4,
            fill: () => withAlpha(modelInk(this.#index), i > 0 ? 0.08 : 0.24),
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
