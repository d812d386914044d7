// Every unit of the hidden layers as a heat strip of densities: the shares of the records for which they are active.
import { densityColor, theme } from "./colors.js";
import { element, say } from "./dom.js";
import { percent, significant } from "./format.js";
import { Picker } from "./picker.js";

const CELL_PIXELS = 15;
const NARROW_LINE = 30; // cells: layers of 30 and 300 units fill their lines

export class UnitStrips {
  #parent;
  #key;
  #limits;
  #onSelect;
  #strips = [];

  /** @param onSelect told the unit of the first layer */
  constructor({ strips, stripKey }, limits, onSelect) {
    this.#parent = strips;
    this.#key = stripKey;
    this.#limits = limits;
    this.#onSelect = onSelect;
  }

  /** @param layers the measures of each */
  show(layers) {
    if (this.#strips.length === 0) {
      this.#strips = Object.keys(layers).map((name, i) => this.#strip(name, i));
      this.redraw();
    }
    for (const strip of this.#strips) {
      strip.layer = layers[strip.name];
      say(strip.counts, this.#countsOf(strip.layer));
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
      count: () => strip.layer?.density.length ?? 0,
      columns: (width) => (Math.floor(width / CELL_PIXELS) >= NARROW_LINE ? NARROW_LINE : 20),
      ratio: 0.62,
      paint: (context, unit, ...place) => this.#paint(context, strip.layer.density[unit], ...place),
      describe: (unit) => [`unit ${unit}`, this.#describe(strip.layer?.density[unit])],
      onSelect: (unit) => index === 0 && this.#onSelect(unit),
    });
    return strip;
  }

  #paint(context, density, x, y, width, height) {
    const gap = Math.max(1, Math.round(width / 14));
    const { card, faint, ink } = theme();
    const inner = [x, y, width - gap, height - gap];
    const dead = density === 0;
    context.fillStyle = dead ? card : densityColor(density, this.#limits);
    context.fillRect(...inner);
    if (dead) {
      context.strokeStyle = faint;
      context.lineWidth = devicePixelRatio;
      context.strokeRect(x + 0.5, y + 0.5, width - gap - 1, height - gap - 1);
      context.beginPath();
      context.moveTo(x, y + height - gap);
      context.lineTo(x + width - gap, y);
      context.stroke();
    } else if (density > this.#limits.alwaysAbove) {
      context.fillStyle = ink;
      context.beginPath();
      context.arc(x + (width - gap) / 2, y + (height - gap) / 2, Math.min(width, height) / 4.5, 0, 7);
      context.fill();
    }
  }

  #kind(density) {
    if (density === 0) {
      return "dead";
    }
    if (density < this.#limits.rarelyBelow) {
      return "rarely active";
    }
    if (density > this.#limits.alwaysAbove) {
      return "always active";
    }
    return density > this.#limits.oftenAbove ? "often active" : "active for few";
  }

  #describe(density) {
    return density === undefined ? "" : `active for ${significant(100 * density, 3)} % of the records, ${this.#kind(density)}`;
  }

  #countsOf({ l0, density }) {
    const counts = ["active for few", "rarely active", "often active", "always active", "dead"]
      .map((kind) => [density.filter((each) => this.#kind(each) === kind).length, kind])
      .filter(([number]) => number > 0)
      .map(([number, kind]) => `${number} ${kind}`);
    return `${significant(l0, 3)} of ${density.length} units active in a record: ${counts.join(", ")}`;
  }

  #paintKey() {
    const { card, faint, target, below, above, ink } = theme();
    const { rarelyBelow, oftenAbove, alwaysAbove } = this.#limits;
    const cell = (style) => element("span", { className: "cell", style });
    const items = [
      [cell(`background: linear-gradient(to top right, ${card} 44%, ${faint} 44% 56%, ${card} 56%); border-color: ${faint}`), "dead: active for no record"],
      [cell(`background: ${below}`), `rarely active, below ${percent(rarelyBelow)} of the records`],
      [cell(`background: ${target}`), `active for few, up to ${percent(oftenAbove)}`],
      [cell(`background: ${above}`), "often active"],
      [cell(`background: radial-gradient(circle, ${ink} 0 30%, ${above} 34%)`), `always active, above ${percent(alwaysAbove)}`],
    ];
    this.#key.replaceChildren(...items.map(([sign, text]) => element("li", {}, sign, text)));
  }
}
