// The two directions in which points differ most.

const ROUNDS = 30;

/**
 * Principal components by orthogonal iteration, turned so that they lie as the ones before did.
 *
 * @param points one after another [count × width]
 * @param before components of the last time, or null
 * @returns axes [2][width], places [count][2], and the share of the points' variance that these show
 */
export function pca(points, width, before) {
  const count = points.length / width;
  const mean = new Float64Array(width);
  points.forEach((value, i) => (mean[i % width] += value / count));
  const centred = Float64Array.from(points, (value, i) => value - mean[i % width]);
  const total = centred.reduce((sum, value) => sum + value * value, 0);
  const known = before !== null && before[0].length === width;
  let axes = known ? before.map((axis) => Float64Array.from(axis)) : [start(width, 1), start(width, 2)];
  for (let round = 0; round < ROUNDS; round++) {
    axes = orthonormal(axes.map((axis) => throughAll(centred, width, axis)));
  }
  if (known) {
    axes = turn(axes, before);
  } else {
    axes = axes.map(upright);
  }
  const places = Array.from({ length: count }, (_, at) => axes.map((axis) => dot(centred, at * width, axis)));
  const shown = places.reduce((sum, [x, y]) => sum + x * x + y * y, 0);
  return { axes, places, share: total === 0 ? 0 : shown / total };
}

/** A direction to begin with, the same each time. */
function start(width, seed) {
  return Float64Array.from({ length: width }, (_, i) => Math.sin((i + 1) * 12.9898 * seed));
}

function dot(values, from, axis) {
  let sum = 0;
  for (let i = 0; i < axis.length; i++) {
    sum += values[from + i] * axis[i];
  }
  return sum;
}

/** The covariance, but for a factor, times an axis. */
function throughAll(centred, width, axis) {
  const to = new Float64Array(width);
  for (let from = 0; from < centred.length; from += width) {
    const by = dot(centred, from, axis);
    for (let i = 0; i < width; i++) {
      to[i] += by * centred[from + i];
    }
  }
  return to;
}

function orthonormal([first, second]) {
  const one = unit(first);
  const along = dot(second, 0, one);
  return [one, unit(second.map((value, i) => value - along * one[i]))];
}

function unit(axis) {
  const length = Math.sqrt(dot(axis, 0, axis));
  return length === 0 ? axis : axis.map((value) => value / length);
}

/** The largest part of an axis is positive. */
function upright(axis) {
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

/** Turns, or mirrors, two axes in their plane until they are as near to others as can be. */
function turn([a, b], [c, d]) {
  const [ac, ad, bc, bd] = [dot(a, 0, c), dot(a, 0, d), dot(b, 0, c), dot(b, 0, d)];
  const turned = Math.hypot(ac + bd, bc - ad);
  const mirrored = Math.hypot(ac - bd, bc + ad);
  const sign = turned >= mirrored ? 1 : -1;
  const size = Math.max(turned, mirrored);
  if (size === 0) {
    return [a, b];
  }
  const cos = (ac + sign * bd) / size;
  const sin = (bc - sign * ad) / size;
  return [a.map((value, i) => cos * value + sin * b[i]), a.map((value, i) => sign * (cos * b[i] - sin * value))];
}
