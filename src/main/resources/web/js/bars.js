// A bar for each label, in a table.
import { element, say } from "./dom.js";
import { significant } from "./format.js";

/**
 * Values by label.
 *
 * @param full the value of a full bar, by default the largest
 */
export function showBars(table, values, digits, full = Math.max(...Object.values(values))) {
  const labels = Object.keys(values);
  while (table.rows.length > labels.length) {
    table.deleteRow(-1);
  }
  while (table.rows.length < labels.length) {
    table.append(element("tr", {}, element("th", { scope: "row" }), element("td", {}, element("i")), element("td")));
  }
  const largest = Math.max(full, 1e-9);
  labels.forEach((label, row) => {
    const [name, bar, text] = table.rows[row].cells;
    const value = values[label];
    say(name, label);
    bar.firstChild.style.width = `${(100 * value) / largest}%`;
    say(text, significant(value, digits));
  });
}
