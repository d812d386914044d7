// Numbers and base64 for people and canvases.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const count = (value) => whole.format(value);

/** Significant digits, without an exponent down to 0.0001; whole numbers have all of theirs; a loss that is no number any more comes as text or null. */
export function significant(value, digits = 3) {
  if (!Number.isFinite(value)) {
    return String(value ?? "–");
  }
  if (value === 0) {
    return "0";
  }
  const magnitude = Math.abs(value);
  if (magnitude >= 10 ** (digits - 1)) {
    return magnitude < 1e15 ? whole.format(value) : value.toExponential(digits - 1);
  }
  return magnitude < 1e-4 ? value.toExponential(digits - 1) : value.toPrecision(digits);
}

/** A share of 1. */
export const percent = (share) => `${Number((100 * share).toPrecision(3))} %`;

/** A hyperparameter as people write it: 0.00002, 5e-6. */
export const parameter = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? String(Number(value.toPrecision(6)).toExponential()) : String(value));

/** Steps on an axis: 500, 2k, 1.5M. */
export function short(value) {
  if (value >= 1e6) {
    return value / 1e6 + "M";
  }
  return value >= 1000 ? value / 1000 + "k" : String(value);
}

export function seconds(value) {
  if (value < 60) {
    return `${Math.round(value)} s`;
  }
  const minutes = Math.floor(value / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function bytes(base64) {
  const text = atob(base64);
  const array = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    array[i] = text.charCodeAt(i);
  }
  return array;
}
