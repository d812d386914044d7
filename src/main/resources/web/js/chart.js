// A uPlot chart with its legend, scale switch and table.
import uPlot from "../uplot/dist/uPlot.esm.js";
import { theme } from "./colors.js";
import { element, say, table } from "./dom.js";

const TABLE_ROWS = 25;

/** Buttons of which one is pressed. */
export function choice(group, names, chosen, onChoose) {
  const buttons = names.map((name) => {
    const button = element("button", { type: "button", "aria-pressed": String(name === chosen) }, name);
    button.addEventListener("click", () => {
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      onChoose(name);
    });
    return button;
  });
  group.append(...buttons);
}

export class Chart {
  #parent;
  #options;
  #plot = null;
  #data = null;
  #hidden = new Set();
  #values = [];
  #visible = false;
  #dirty = false;

  /**
   * @param options.series list of {name, color() , width, dash, fill, paths, scale, format}
   * @param options.make (series, theme) => uPlot's scales, axes and hooks
   * @param options.describe data => one sentence for those who hear the page
   */
  constructor({ chart, legend, details }, options) {
    this.#parent = chart;
    this.#options = options;
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", "nothing to show yet");
    for (const series of options.series) {
      const value = element("b");
      this.#values.push(value);
      const swatch = element("span", { className: series.dash ? "swatch dashed" : "swatch" });
      const button = element("button", { type: "button", "aria-pressed": "true" }, swatch, series.name, value);
      button.addEventListener("click", () => this.#toggle(series.name, button));
      legend.append(element("li", {}, button));
      series.swatch = swatch;
    }
    this.#paintLegend();
    const output = details.querySelector("div");
    details.addEventListener("toggle", () => this.#fillTable(details, output));
    this.table = () => this.#fillTable(details, output);
    new ResizeObserver(() => this.#resize()).observe(chart);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.#draw();
    }).observe(chart);
  }

  set(data) {
    this.#data = data;
    this.#dirty = true;
    this.#parent.setAttribute("aria-label", this.#options.describe(data));
    this.#showValues(null);
    this.table();
    this.#draw();
  }

  /**
   * Anew: another theme.
   *
   * @param all also if it is off screen
   */
  rebuild(all = false) {
    this.clear();
    this.#paintLegend();
    this.#draw(all);
  }

  /** Until the next data: for those that need another scale, which the plot that there is must not be drawn with. */
  clear() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#dirty = true;
  }

  isShown(name) {
    return !this.#hidden.has(name);
  }

  /** Off screen only for the first time, so that a picture of the whole page has no holes, or if all is to be drawn. */
  #draw(all = false) {
    const wanted = all || this.#visible || this.#plot === null;
    if (this.#data === null || !wanted || !this.#dirty || this.#parent.clientWidth === 0) {
      return;
    }
    this.#dirty = false;
    if (this.#plot === null) {
      this.#plot = new uPlot(this.#build(), this.#data, this.#parent);
    } else {
      this.#plot.setData(this.#data);
    }
  }

  #build() {
    const colors = theme();
    const { series, make } = this.#options;
    const hooks = { setCursor: [(plot) => this.#showValues(plot.cursor.idx)] };
    const { scales, axes, draw } = make(colors, this);
    if (draw) {
      hooks.draw = [draw];
    }
    const font = `11px ${getComputedStyle(document.documentElement).fontFamily}`;
    return {
      width: this.#parent.clientWidth,
      height: this.#parent.clientHeight,
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
      padding: [8, 14, 0, 0],
      scales,
      axes: axes.map((axis) => ({
        stroke: colors.soft,
        font,
        labelFont: font,
        labelSize: 16,
        gap: 4,
        grid: { stroke: colors.line, width: 1 },
        ticks: { show: false },
        ...axis,
      })),
      series: [
        {},
        ...series.map((each) => ({
          stroke: each.color(),
          width: each.width ?? 1.6,
          dash: each.dash,
          fill: each.fill?.(),
          paths: each.paths,
          scale: each.scale ?? "y",
          points: { show: false },
          show: this.isShown(each.name),
          spanGaps: false,
        })),
      ],
      hooks,
    };
  }

  #toggle(name, button) {
    const shown = !this.isShown(name);
    if (shown) {
      this.#hidden.delete(name);
    } else {
      this.#hidden.add(name);
    }
    button.setAttribute("aria-pressed", String(shown));
    this.rebuild();
  }

  #paintLegend() {
    for (const series of this.#options.series) {
      series.swatch.style.background = series.color();
      series.swatch.style.color = series.color();
    }
  }

  /** Of the point under the cursor, else of the last one. */
  #showValues(index) {
    if (this.#data === null) {
      return;
    }
    const at = index ?? this.#options.rest?.(this.#data) ?? this.#data[0].length - 1;
    this.#options.series.forEach((series, i) => {
      const value = this.#data[i + 1][at];
      say(this.#values[i], value === null || value === undefined ? "" : series.format(value));
    });
    this.#options.onValues?.(this.#data, index);
  }

  #resize() {
    if (this.#plot !== null && this.#parent.clientWidth > 0) {
      this.#plot.setSize({ width: this.#parent.clientWidth, height: this.#parent.clientHeight });
    } else {
      this.#draw();
    }
  }

  #fillTable(details, output) {
    if (!details.open || this.#data === null) {
      return;
    }
    const { series, formatX, headX } = this.#options;
    const points = this.#data[0].length;
    const every = Math.max(1, Math.ceil(points / TABLE_ROWS));
    const rows = [];
    for (let at = points - 1; at >= 0; at -= every) {
      rows.unshift([
        formatX(this.#data[0][at]),
        ...series.map((each, i) => {
          const value = this.#data[i + 1][at];
          return value === null || value === undefined ? "–" : each.format(value);
        }),
      ]);
    }
    output.replaceChildren(table([headX, ...series.map((each) => each.name)], rows));
  }
}
