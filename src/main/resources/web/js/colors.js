// Colours of the style sheet for what is drawn on canvas. Blue and orange differ for colour-blind eyes too.

const dark = matchMedia("(prefers-color-scheme: dark)");
let cache = null;

/** Colours of the models, in their order. */
const MODELS = ["m1", "m2", "m3", "m4", "m5", "m6"];

dark.addEventListener("change", () => (cache = null));

/** The style sheet's colours by name. */
export function theme() {
  if (cache === null) {
    const style = getComputedStyle(document.documentElement);
    cache = {};
    for (const name of ["paper", "card", "line", "ink", "soft", "faint", "below", "target", "above", "heat", ...MODELS]) {
      cache[name] = style.getPropertyValue("--" + name).trim();
    }
  }
  return cache;
}

/** The colour of a model, counted from 0, as CSS: the same in all panels. */
export const modelColor = (index) => `var(--${MODELS[index % MODELS.length]})`;

/** The same for canvas. */
export const modelInk = (index) => theme()[MODELS[index % MODELS.length]];

/** The style sheet has others now, as for paper. */
export const forgetTheme = () => (cache = null);

export function onThemeChange(listener) {
  dark.addEventListener("change", listener);
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** From one colour (t = 0) to another (t = 1), as [red, green, blue]. */
export function mix(from, to, t) {
  const a = rgb(from);
  const b = rgb(to);
  return a.map((value, i) => Math.round(value + (b[i] - value) * t));
}

export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

export const withAlpha = (hex, alpha) => `rgb(${rgb(hex).join(" ")} / ${alpha})`;

/** 256 colours for a byte: below 128 towards `below`, above towards `above`. */
export function divergingTable() {
  const { card, below, above } = theme();
  return Array.from({ length: 256 }, (_, value) => {
    const t = Math.min(1, Math.abs(value - 128) / 127);
    return mix(card, value < 128 ? below : above, t);
  });
}

/** Of a share of images above 0: flat between the limits, and deeper with each order of magnitude below or above them. */
export function densityColor(density, { rarelyBelow, oftenAbove }) {
  const { target, below, above } = theme();
  const deep = (decades, far) => 0.25 + 0.75 * Math.min(1, decades / far);
  if (density < rarelyBelow) {
    return css(mix(target, below, deep(Math.log10(rarelyBelow / density), 1)));
  }
  return density > oftenAbove ? css(mix(target, above, deep(Math.log10(density / oftenAbove), -Math.log10(oftenAbove)))) : target;
}

/** Mean activation 0 … 1; the root spreads the small ones. */
export function heatColor(value) {
  const { card, heat } = theme();
  return css(mix(card, heat, Math.min(1, Math.sqrt(Math.max(0, value)))));
}
