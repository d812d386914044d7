// What changes over the steps, of all models in the same charts: loss, mean activation, active units.
import uPlot from "../uplot/dist/uPlot.esm.js";
import { choice } from "./chart.js";
import { modelColor, modelInk, theme } from "./colors.js";
import { axisValue, drawVertical, logTicks } from "./charts.js";
import { element, say, table } from "./dom.js";
import { count, short, significant } from "./format.js";
import { History } from "./history.js";

const LINEAR = "linear";
const LOG = "log";
const TERMS = { MSE: "mse", total: "total", L2: "l2", KL: "kl" };
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]]; // of the layers
const MARK_LINES = 4; // so many neighbouring marks have their words below one another
const TABLE_ROWS = 25;

const value = (number) => significant(number, 3);

export class Curves {
  #models = [];
  #histories = new Map();
  #frames = new Map();
  #hidden = new Set(); // models
  #scale = LOG;
  #term = "MSE";
  #legend = document.getElementById("curveModels");
  #section = document.getElementById("curves");
  #charts;

  constructor() {
    choice(document.getElementById("scale"), [LINEAR, LOG], this.#scale, (scale) => {
      this.#scale = scale;
      this.#rebuild();
    });
    choice(document.getElementById("lossTerm"), Object.keys(TERMS), this.#term, (term) => {
      this.#term = term;
      this.#rebuild();
    });
    const scale = () => this.#scale;
    this.#charts = {
      loss: new Curve("loss", scale, () => `Loss (${this.#term})`),
      activation: new Curve("activation", scale, () => "Mean activation"),
      active: new Curve("active", scale, () => "Active units"),
    };
  }

  show(models) {
    this.#models = models;
    models.forEach((model) => this.#histories.has(model) || this.#histories.set(model, new History()));
    this.#legend.replaceChildren(...models.map((model, index) => this.#switch(model, index)));
    this.#legend.hidden = models.length < 2;
  }

  #switch(model, index) {
    const button = element(
      "button",
      { type: "button", "aria-pressed": String(!this.#hidden.has(model)) },
      element("span", { className: "swatch", style: `background: ${modelColor(index)}` }),
      model,
    );
    button.addEventListener("click", () => {
      const shown = this.#hidden.delete(model);
      if (!shown) {
        this.#hidden.add(model);
      }
      button.setAttribute("aria-pressed", String(shown));
      this.#rebuild();
    });
    return element("li", {}, button);
  }

  restarted() {
    this.#histories.forEach((history) => history.restarted());
    document.querySelectorAll("#curves .panel").forEach((panel) => panel.classList.add("old"));
  }

  frame(frame) {
    this.#frames.set(frame.model, frame);
  }

  history(points) {
    this.#histories.get(points.model).replace(points);
    this.#section.hidden = false;
    document.querySelectorAll("#curves .panel").forEach((panel) => {
      panel.classList.remove("old");
      panel.classList.add("filled");
    });
    // Once for all models: the last one's come last.
    if (points.model === this.#models.at(-1) || this.#models.some((model) => this.#histories.get(model).points() === null)) {
      this.#draw();
    }
  }

  redraw(all) {
    Object.values(this.#charts).forEach((chart) => chart.rebuild(all));
  }

  #rebuild() {
    Object.values(this.#charts).forEach((chart) => chart.clear());
    this.#draw();
  }

  #draw() {
    const loss = [];
    const activation = [];
    const active = [];
    let rho = null;
    this.#models.forEach((model, index) => {
      const points = this.#histories.get(model).points();
      if (points === null || points.steps.length === 0) {
        return;
      }
      rho ??= this.#frames.get(model)?.hyperparameters?.rho ?? null;
      const shown = !this.#hidden.has(model);
      const line = (name, layer, values) => ({ name, model, index, layer, shown, steps: points.steps, values: values.map(number) });
      const term = TERMS[this.#term];
      loss.push(line(model, 0, points.loss[term]));
      if (term === "mse") {
        loss.push({ ...line(`${model} total`, 0, points.loss.total), thin: true });
      }
      const layers = Object.keys(points.recent);
      layers.forEach((layer, at) => activation.push(line(layers.length > 1 ? `${model} ${layer}` : model, at, points.recent[layer])));
      layers
        .filter((layer) => (points.active[layer] ?? []).some((each) => Number.isFinite(each)))
        .forEach((layer, at) => active.push(line(layers.length > 1 ? `${model} ${layer}` : model, at, points.active[layer])));
    });
    const longest = loss.reduce((a, b) => (a !== null && a.steps.length > b.steps.length ? a : b), null);
    if (longest !== null && rho !== null) {
      activation.push({ name: "ρ", target: true, shown: true, layer: 1, steps: longest.steps, values: longest.steps.map(() => rho) });
    }
    const marks = this.#marks();
    say(document.getElementById("lossNote"), this.#term === "MSE" ? "thin: total" : `${this.#term} term`);
    this.#charts.loss.set(loss, marks);
    this.#charts.activation.set(activation, marks);
    this.#charts.active.set(active, marks);
  }

  /** Where a model was started again, and where something that it was told took effect. */
  #marks() {
    const marks = this.#models.flatMap((model) => {
      const told = (this.#frames.get(model)?.told ?? []).filter(({ refused }) => refused === null);
      const who = this.#models.length > 1 ? `${model}: ` : "";
      return [
        ...this.#histories.get(model).restarts.map((step) => ({ step, text: "restart" })),
        ...told.map(({ step, text }) => ({ step, text: who + text })),
      ];
    });
    return marks.filter(({ step, text }, i) => text !== "restart" || marks.findIndex((mark) => mark.text === text && Math.abs(mark.step - step) < 200) === i);
  }
}

const number = (each) => (Number.isFinite(each) ? each : null);

/** One chart; its lines share their steps. */
class Curve {
  #parent;
  #values;
  #details;
  #table;
  #scale;
  #title;
  #lines = [];
  #marks = [];
  #data = null;
  #plot = null;
  #structure = "";
  #visible = false;
  #drawn = false;

  constructor(id, scale, title) {
    this.#parent = document.getElementById(`${id}Chart`);
    this.#values = document.getElementById(`${id}Values`);
    this.#table = document.getElementById(`${id}Table`);
    this.#details = this.#table.parentElement;
    this.#scale = scale;
    this.#title = title;
    this.#parent.setAttribute("role", "img");
    this.#parent.setAttribute("aria-label", "nothing to show yet");
    this.#details.addEventListener("toggle", () => this.#fillTable());
    new ResizeObserver(() => this.#resize()).observe(this.#parent);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.#draw();
    }).observe(this.#parent);
  }

  /** @param lines of {name, steps, values, shown, layer}, and {index} of the model or {target} */
  set(lines, marks) {
    const structure = lines.map(({ name, shown }) => name + shown).join();
    if (structure !== this.#structure) {
      this.#structure = structure;
      this.clear();
      this.#legend(lines);
    }
    this.#lines = lines;
    this.#marks = marks;
    const log = this.#scale() === LOG;
    const shown = lines.map(({ steps, values }) => [steps, log ? values.map((each) => (each > 0 ? each : null)) : values]);
    this.#data = lines.length === 0 ? null : uPlot.join(shown);
    this.#parent.closest(".panel").hidden = lines.length === 0;
    this.#drawn = false;
    this.#parent.setAttribute("aria-label", this.#describe());
    this.#showValues(null);
    this.#fillTable();
    this.#draw();
  }

  /** Until the next data: for those that need another scale, which the plot that there is must not be drawn with. */
  clear() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#drawn = false;
  }

  rebuild(all) {
    this.clear();
    this.#draw(all);
  }

  #describe() {
    const lines = this.#lines.filter(({ target, thin }) => !target && !thin);
    if (lines.length === 0) {
      return "nothing to show yet";
    }
    const steps = this.#data[0];
    const texts = lines.map(({ name, values }) => `${name} from ${value(values[0])} to ${value(values.at(-1))}`);
    return `${this.#title()} over the steps ${count(steps[0])} to ${count(steps.at(-1))}: ${texts.join(", ")}.`;
  }

  #legend(lines) {
    this.#values.replaceChildren(
      ...lines
        .filter(({ shown }) => shown)
        .map(({ name, index, target, layer, thin }) => {
          const style = `color: ${target ? "var(--soft)" : modelColor(index)}; border-top: ${thin ? 1 : 2}px ${target || layer > 0 ? "dashed" : "solid"}`;
          return element("li", {}, element("span", { className: "stroke", style }), name, element("b"));
        }),
    );
  }

  /** Off screen only for the first time, so that a picture of the whole page has no holes, or if all is to be drawn. */
  #draw(all = false) {
    if (this.#data === null || this.#drawn || this.#parent.clientWidth === 0 || !(all || this.#visible || this.#plot === null)) {
      return;
    }
    this.#drawn = true;
    if (this.#plot === null) {
      this.#plot = new uPlot(this.#options(), this.#data, this.#parent);
    } else {
      this.#plot.setData(this.#data);
    }
  }

  #options() {
    const colors = theme();
    const log = this.#scale() === LOG;
    const font = `12px ${getComputedStyle(document.documentElement).fontFamily}`;
    const axis = { stroke: colors.soft, font, gap: 4, grid: { stroke: colors.line, width: 1 }, ticks: { show: false } };
    return {
      width: this.#parent.clientWidth,
      height: this.#parent.clientHeight,
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false, sync: { key: "steps", setSeries: false } },
      padding: [8, 14, 0, 0],
      scales: { x: { time: false }, y: { distr: log ? 3 : 1, range: () => this.#range(log) } },
      axes: [
        { ...axis, values: (plot, splits) => splits.map(short), space: 60, size: 26 },
        {
          ...axis,
          ...(log && { splits: logTicks, filter: (plot, splits) => splits }),
          values: (plot, splits) => splits.map(axisValue),
          size: 50,
        },
      ],
      series: [
        {},
        ...this.#lines.map(({ index, layer, target, thin, shown }) => ({
          stroke: target ? colors.soft : modelInk(index),
          width: thin ? 0.8 : target ? 1.3 : 2,
          dash: target ? [3, 3] : DASHES[layer % DASHES.length],
          points: { show: false },
          show: shown,
          spanGaps: true,
        })),
      ],
      hooks: {
        setCursor: [(plot) => this.#showValues(plot.cursor.idx)],
        draw: [(plot) => this.#marks.forEach(({ step, text }, i) => drawVertical(plot, colors, step, text, i % MARK_LINES))],
      },
    };
  }

  #range(log) {
    let low = Infinity;
    let high = 0;
    this.#lines.forEach(({ shown, values }) => {
      if (shown) {
        for (const each of values) {
          low = each > 0 ? Math.min(low, each) : low;
          high = Math.max(high, each ?? 0);
        }
      }
    });
    if (high === 0) {
      return log ? [0.1, 1] : [0, 1]; // there is nothing to show yet
    }
    return log ? [low * 0.8, high * 1.25] : [0, high * 1.05];
  }

  /** Of the point under the cursor, or the one before where a line has none, else of the last one. */
  #showValues(index) {
    if (this.#data === null) {
      return;
    }
    const at = index ?? this.#data[0].length - 1;
    const items = [...this.#values.children];
    this.#lines
      .map((line, i) => [line, this.#data[i + 1]])
      .filter(([{ shown }]) => shown)
      .forEach(([, values], i) => {
        let place = at;
        while (place > 0 && !Number.isFinite(values[place])) {
          place--;
        }
        say(items[i].lastChild, Number.isFinite(values[place]) ? value(values[place]) : "–");
      });
  }

  #resize() {
    if (this.#plot !== null && this.#parent.clientWidth > 0) {
      this.#plot.setSize({ width: this.#parent.clientWidth, height: this.#parent.clientHeight });
    } else {
      this.#draw();
    }
  }

  #fillTable() {
    if (!this.#details.open || this.#data === null) {
      return;
    }
    const points = this.#data[0].length;
    const every = Math.max(1, Math.ceil(points / TABLE_ROWS));
    const rows = [];
    for (let at = points - 1; at >= 0; at -= every) {
      rows.unshift([count(this.#data[0][at]), ...this.#lines.map((line, i) => (Number.isFinite(this.#data[i + 1][at]) ? value(this.#data[i + 1][at]) : "–"))]);
    }
    this.#table.replaceChildren(table(["step", ...this.#lines.map(({ name }) => name)], rows));
  }
}
