// Every unit of the hidden layers as a heat strip of running averages.
import { theme, unitColor } from "./colors.js";
import { element, say } from "./dom.js";
import { parameter, significant } from "./format.js";
import { Picker } from "./picker.js";

const CELL_PIXELS = 15;
const NARROW_LINE = 30; // cells: layers of 30 and 300 units fill their lines

export class UnitStrips {
  #parent;
  #key;
  #limits;
  #onSelect;
  #strips = [];
  #rho = 0;

  /** @param onSelect told the unit of the first layer */
  constructor({ strips, stripKey }, limits, onSelect) {
    this.#parent = strips;
    this.#key = stripKey;
    this.#limits = limits;
    this.#onSelect = onSelect;
  }

  show(layers, { rho, beta }) {
    this.#rho = rho;
    if (this.#strips.length === 0) {
      this.#strips = Object.keys(layers).map((name, i) => this.#strip(name, i));
      this.redraw();
    }
    for (const strip of this.#strips) {
      strip.layer = layers[strip.name];
      say(strip.counts, this.#countsOf(strip.layer, beta));
      strip.picker.draw();
    }
  }

  /** Chooses a unit of the first layer. */
  mark(unit) {
    this.#strips[0]?.picker.mark(unit);
  }

  redraw(all) {
    this.#strips.forEach((strip) => strip.picker.draw(all));
    this.#paintKey();
  }

  #strip(name, index) {
    const strip = { name, layer: null };
    strip.counts = element("span");
    const box = element("div", { className: "strip" }, element("div", { className: "head" }, element("b", {}, name), strip.counts));
    this.#parent.append(box);
    strip.picker = new Picker(box, {
      label: `Units of ${name}`,
      count: () => strip.layer?.units.length ?? 0,
      columns: (width) => (Math.floor(width / CELL_PIXELS) >= NARROW_LINE ? NARROW_LINE : 20),
      ratio: 0.62,
      paint: (context, unit, ...place) => this.#paint(context, strip.layer.units[unit], ...place),
      describe: (unit) => [`unit ${unit}`, this.#describe(strip.layer?.units[unit])],
      onSelect: (unit) => index === 0 && this.#onSelect(unit),
    });
    return strip;
  }

  #paint(context, average, x, y, width, height) {
    const gap = Math.max(1, Math.round(width / 14));
    const { card, faint, ink } = theme();
    const inner = [x, y, width - gap, height - gap];
    const dead = average < this.#limits.deadBelow;
    context.fillStyle = dead ? card : unitColor(average, this.#rho);
    context.fillRect(...inner);
    if (dead) {
      context.strokeStyle = faint;
      context.lineWidth = devicePixelRatio;
      context.strokeRect(x + 0.5, y + 0.5, width - gap - 1, height - gap - 1);
      context.beginPath();
      context.moveTo(x, y + height - gap);
      context.lineTo(x + width - gap, y);
      context.stroke();
    } else if (average > this.#limits.saturatedAbove) {
      context.fillStyle = ink;
      context.beginPath();
      context.arc(x + (width - gap) / 2, y + (height - gap) / 2, Math.min(width, height) / 4.5, 0, 7);
      context.fill();
    }
  }

  #kind(average) {
    if (average < this.#limits.deadBelow) {
      return "dead";
    }
    if (average > this.#limits.saturatedAbove) {
      return "saturated";
    }
    if (average < this.#rho / 2) {
      return "below ρ";
    }
    return average > 2 * this.#rho ? "above ρ" : "on target";
  }

  #describe(average) {
    return average === undefined ? "" : `${significant(average, 3)}, ${this.#kind(average)}`;
  }

  #countsOf({ units, dead, saturated }) {
    const on = units.filter((average) => this.#kind(average) === "on target").length;
    const share = (part) => Math.round(part * units.length);
    return `${units.length} units: ${on} on target, ${share(dead)} dead, ${share(saturated)} saturated`;
  }

  #paintKey() {
    const { card, faint, target, below, above, ink } = theme();
    const cell = (style) => element("span", { className: "cell", style });
    const items = [
      [cell(`background: linear-gradient(to top right, ${card} 44%, ${faint} 44% 56%, ${card} 56%); border-color: ${faint}`), `dead, below ${this.#limits.deadBelow}`],
      [cell(`background: ${below}`), "below ρ"],
      [cell(`background: ${target}`), `on target, ρ/2 to 2ρ (ρ = ${parameter(this.#rho)})`],
      [cell(`background: ${above}`), "above ρ"],
      [cell(`background: radial-gradient(circle, ${ink} 0 30%, ${above} 34%)`), `saturated, above ${this.#limits.saturatedAbove}`],
    ];
    this.#key.replaceChildren(...items.map(([sign, text]) => element("li", {}, sign, text)));
  }
}
