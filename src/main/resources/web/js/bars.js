// A bar for each digit, in a table.
import { element, say } from "./dom.js";
import { significant } from "./format.js";

/**
 * Values by digit; null where there is none.
 *
 * @param full the value of a full bar, by default the largest
 */
export function showBars(table, values, digits, full = Math.max(...values)) {
  if (table.rows.length === 0) {
    values.forEach((_, digit) => {
      table.append(
        element("tr", {}, element("th", { scope: "row" }, String(digit)), element("td", {}, element("i")), element("td")),
      );
    });
  }
  const largest = Math.max(full, 1e-9);
  values.forEach((value, digit) => {
    const [, bar, text] = table.rows[digit].cells;
    bar.firstChild.style.width = `${(100 * value) / largest}%`;
    say(text, value === null ? "–" : significant(value, digits));
  });
}
