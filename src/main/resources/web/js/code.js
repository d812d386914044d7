// The code of a record as bars: a click switches a unit off, a drag changes it, and the decoder runs here, at once.
import { ask, Refusal } from "./ask.js";
import { Decoder } from "./decoder.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";
import { paintValues } from "./pictures.js";

const ALL = 64; // bars: of a wider code the greatest that are not 0
const STEP = 1 / 20; // of a full bar
const ROOM = 1.5; // times the longest bar, so that it can be drawn longer
const MOVED_PIXELS = 4;
const LINES = 24; // inputs of a record that is no picture

export class CodePanel {
  everyMillis = 3000;
  #model = null;
  #record = null; // null: the newest
  #asked = null; // the question whose answer is to be shown
  #code = null; // what the server says of the record
  #decoder = null;
  #changed = []; // the code as it is now
  #bars = []; // in the order in which they are shown
  #focus = 0; // bar
  #drag = null;
  #note = element("span", { className: "aside" });
  #problem = element("p", { className: "problem", role: "status" });
  #box = element("div", { className: "code-bars", role: "group" });
  #rest = element("p", { className: "key" });
  #added = []; // units of a wide code that are shown all the same
  #number = element("input", { type: "number", min: "0", required: true, placeholder: "unit", "aria-label": "Number of a unit that is not drawn" });
  #adder = element("form", { className: "adder", hidden: true }, this.#number, element("button", { type: "submit" }, "Switch this unit on"));
  #pictures = element("div", { className: "three" });
  #inputs = element("table", { className: "numbers" });
  #verdict = element("p", { className: "verdict", role: "status" });
  #reset = element("button", { type: "button", disabled: true }, "Reset");
  #canvases = ["record", "reconstruction", "with your changes"].map((name) => {
    const canvas = element("canvas", { className: "grey", role: "img" });
    const caption = element("figcaption", {}, element("b", {}, name), element("span"));
    this.#pictures.append(element("figure", {}, canvas, caption));
    return { name, canvas, text: caption.lastChild };
  });

  #body = element(
    "div",
    { className: "coder", hidden: true },
    element("div", { className: "shown" }, this.#pictures, this.#inputs, this.#verdict),
    element("div", { className: "all" }, this.#box, this.#adder, this.#rest),
  );

  mount(section, title, model) {
    const next = element("button", { type: "button" }, "Another record");
    const update = element("button", { type: "button" }, "Newest weights");
    next.addEventListener("click", () => this.#again(null));
    update.addEventListener("click", () => this.#again(this.#record));
    this.#reset.addEventListener("click", () => this.#restore());
    this.#adder.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add(Number(this.#number.value));
    });
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("pointerdown", (event) => this.#grab(event));
    this.#box.addEventListener("pointermove", (event) => this.#pull(event));
    this.#box.addEventListener("pointerup", (event) => this.#drop(event));
    this.#box.addEventListener("pointercancel", () => (this.#drag = null));
    section.append(
      element(
        "div",
        { className: "card" },
        element("h2", {}, title, " ", this.#note),
        element("div", { className: "controls" }, model, next, update, this.#reset),
        this.#problem,
        this.#body,
      ),
    );
  }

  choose(model) {
    if (this.#model !== model.model) {
      this.#body.hidden = true; // until the server has answered for this one
      say(this.#note, "");
    }
    this.#model = model.model;
    this.#asked = null;
    this.#record = null;
    this.#code = null;
    this.#decoder = null;
  }

  /** Another record is to be shown. */
  show(record) {
    this.#asked = null;
    this.#record = record;
    this.#code = null;
  }

  say(text) {
    if (text !== "" || this.#code !== null) {
      say(this.#problem, text);
    }
  }

  #again(record) {
    this.#asked = null;
    this.#record = record;
    this.#code = null;
    this.refresh().catch((reason) => this.say(reason instanceof Refusal ? reason.message : "the server does not answer"));
  }

  /** As long as nothing is changed and no bar is pointed at or has the keyboard, the record follows the weights. */
  async refresh() {
    if (this.#isHeld()) {
      return;
    }
    const model = this.#model;
    const question = { model };
    if (this.#record !== null) {
      question.record = this.#record;
    }
    if (this.#decoder !== null) {
      question.known = this.#decoder.step;
    }
    this.#asked = question;
    let code;
    try {
      code = await (await ask("code", question)).json();
    } catch (reason) {
      if (this.#asked !== question) {
        return; // something else has been asked for meanwhile
      }
      this.#record = null; // it may be gone: the newest is next
      throw reason;
    }
    if (this.#asked !== question || this.#isHeld()) {
      return; // likewise, or somebody has begun
    }
    if (code.decoder) {
      this.#decoder = new Decoder(code.step, new Float32Array(bytes(code.decoder).buffer), code);
    }
    this.#record = code.record;
    this.#show(code);
  }

  #show(code) {
    this.#body.hidden = false;
    this.#code = code;
    this.#changed = Float64Array.from(code.code);
    this.#added = [];
    this.#adder.hidden = code.code.length <= ALL;
    this.#number.max = String(code.code.length - 1);
    this.#full = Math.max(ROOM * Math.max(...code.code), Math.max(...code.greatest) / 2, 1e-9);
    this.#arrange();
    this.#box.setAttribute("aria-label", `Code, ${code.layer}`);
    say(this.#note, `${code.layer} of a record${code.label === "" ? "" : ` of ${code.label}`}, step ${count(code.step)}`);
    this.#draw();
  }

  /** The bars: of all units, or, if there are many, of the greatest that are not 0 and those that a person has added. */
  #arrange() {
    const { code, activeAbove } = this.#code;
    const wide = code.length > ALL;
    const shown = [...code.keys()].filter((unit) => !wide || code[unit] > 0);
    if (wide) {
      shown.sort((a, b) => code[b] - code[a]).splice(ALL);
      shown.push(...this.#added);
    }
    if (shown.join() !== this.#bars.map(({ unit }) => unit).join()) {
      this.#focus = 0;
      this.#bars = shown.map((unit, at) => this.#bar(unit, at));
      this.#box.replaceChildren(...this.#bars.map(({ node }) => node));
    }
    const active = code.filter((value) => value > activeAbove).length;
    const others = [...code.keys()].filter((unit) => !shown.includes(unit));
    const undrawn = others.every((unit) => code[unit] === 0) ? `the ${count(others.length)} others, all 0, are not drawn` : `only the ${count(ALL)} greatest are drawn`;
    say(
      this.#rest,
      `These ${count(code.length)} numbers are all that the decoder gets of the record. ${count(active)} of the units are active${others.length > 0 ? `; ${undrawn}` : ""}. ` +
        "Click a bar to switch its unit off or on again, drag it to change it. By keyboard: left and right choose a unit, up and down change it, the space bar switches it off.",
    );
  }

  /** Another bar, at its unit's greatest value of late. */
  #add(unit) {
    if (!this.#bars.some((bar) => bar.unit === unit)) {
      this.#added.push(unit);
      this.#arrange();
    }
    const at = this.#bars.findIndex((bar) => bar.unit === unit);
    this.#set(at, this.#on(unit));
    this.#move(at);
  }

  /** Value of a unit that is switched on: what the record gives it, or else its greatest of late. */
  #on(unit) {
    const { code, greatest } = this.#code;
    return code[unit] > 0 ? code[unit] : greatest[unit] > 0 ? greatest[unit] : this.#full / ROOM;
  }

  #full = 1; // value of a bar from bottom to top

  #bar(unit, at) {
    const was = element("i", { className: "was" });
    const now = element("i", { className: "now" });
    const node = element("div", { className: "code-bar", role: "slider", tabIndex: at === 0 ? 0 : -1, "aria-orientation": "vertical", "aria-label": `unit ${unit}`, "aria-valuemin": "0" }, element("span", { className: "well" }, was, now), element("span", { className: "number" }, String(unit)));
    node.dataset.at = at;
    return { unit, node, was, now };
  }

  /** Somebody is at work on the bars: new weights would put others in their place. */
  #isHeld() {
    return this.#code !== null && (this.#isChanged() || this.#box.matches(":hover") || this.#box.contains(document.activeElement));
  }

  #isChanged() {
    return this.#code.code.some((value, unit) => value !== this.#changed[unit]);
  }

  #set(at, value) {
    this.#changed[this.#bars[at].unit] = Math.max(0, Math.min(this.#full, value));
    this.#draw();
  }

  #toggle(at) {
    const { unit } = this.#bars[at];
    this.#set(at, this.#changed[unit] === 0 ? this.#on(unit) : 0);
  }

  #restore() {
    if (this.#code !== null) {
      this.#changed = Float64Array.from(this.#code.code);
      this.#draw();
    }
  }

  redraw() {
    this.#draw();
  }

  #draw() {
    if (this.#code === null) {
      return;
    }
    const { code, values, reconstruction, mse } = this.#code;
    for (const { unit, node, was, now } of this.#bars) {
      const value = this.#changed[unit];
      was.style.height = `${(100 * code[unit]) / this.#full}%`;
      now.style.height = `${(100 * value) / this.#full}%`;
      node.classList.toggle("changed", value !== code[unit]);
      node.classList.toggle("off", value === 0 && code[unit] > 0);
      node.setAttribute("aria-valuemax", this.#full.toFixed(6)); // no exponents there
      node.setAttribute("aria-valuenow", String(Number(value.toFixed(6))));
      node.setAttribute("aria-valuetext", `${significant(value, 3)}${value === code[unit] ? "" : `, was ${significant(code[unit], 3)}`}`);
      node.title = `unit ${unit}: ${significant(value, 3)}`;
    }
    const changed = this.#decoder.decode(this.#changed, values);
    const isChanged = this.#isChanged();
    this.#reset.disabled = !isChanged;
    const texts = ["", `MSE ${significant(mse, 3)}`, `MSE ${significant(changed.mse, 3)}`];
    const all = [values, reconstruction, changed.values];
    const isPicture = this.#code.rows > 1;
    this.#pictures.hidden = !isPicture;
    this.#inputs.hidden = isPicture;
    if (isPicture) {
      const numbers = values.filter(Number.isFinite);
      const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
      this.#canvases.forEach(({ name, canvas, text }, i) => {
        paintValues(canvas, all[i], low, high, this.#code.rows, this.#code.columns);
        canvas.setAttribute("aria-label", `${name}${texts[i] === "" ? "" : `, ${texts[i]}`}`);
        say(text, texts[i] === "" ? (this.#code.label === "" ? "\u00a0" : `label ${this.#code.label}`) : texts[i]);
      });
    } else {
      this.#lines(all);
    }
    this.#tell(isChanged, mse, changed.mse);
  }

  #tell(isChanged, before, after) {
    const difference = after - before;
    const sign = difference < 0 ? "−" : "+";
    this.#verdict.classList.toggle("changed", isChanged);
    say(
      this.#verdict,
      isChanged
        ? `MSE ${significant(before, 3)} → ${significant(after, 3)} (${sign}${significant(Math.abs(difference), 3)}): your changes make it ${difference < 0 ? "better" : "worse"}.`
        : "Nothing is changed: both reconstructions are the same.",
    );
  }

  /** Inputs in their own units, those first that the changes have moved most. */
  #lines([values, before, after]) {
    const { names } = this.#code;
    const moved = (i) => Math.abs(after[i] - before[i]) / (Math.abs(before[i]) + Math.abs(values[i] ?? 0) + 1e-12);
    let shown = [...names.keys()];
    if (shown.length > LINES) {
      shown = shown.sort((a, b) => moved(b) - moved(a)).slice(0, LINES).sort((a, b) => a - b);
    }
    const number = (value) => (Number.isFinite(value) ? significant(value, 4) : "missing");
    this.#inputs.replaceChildren(
      element("thead", {}, element("tr", {}, ...["Input", "record", "reconstruction", "with your changes"].map((text) => element("th", { scope: "col" }, text)))),
      element(
        "tbody",
        {},
        ...shown.map((i) => {
          const isMoved = number(before[i]) !== number(after[i]);
          return element(
            "tr",
            {},
            element("th", { scope: "row", title: names[i] }, names[i]),
            element("td", { className: "number" }, number(values[i])),
            element("td", { className: "number" }, number(before[i])),
            element("td", { className: isMoved ? "number moved" : "number" }, number(after[i])),
          );
        }),
      ),
    );
  }

  #key(event) {
    const { unit } = this.#bars[this.#focus] ?? {};
    const focus = { ArrowRight: this.#focus + 1, ArrowLeft: this.#focus - 1, Home: 0, End: this.#bars.length - 1 }[event.key];
    const value = { ArrowUp: this.#changed[unit] + STEP * this.#full, ArrowDown: this.#changed[unit] - STEP * this.#full, Delete: 0 }[event.key];
    if (focus !== undefined) {
      this.#move(Math.max(0, Math.min(this.#bars.length - 1, focus)));
    } else if (value !== undefined) {
      this.#set(this.#focus, value);
    } else if (event.key === " " || event.key === "Enter") {
      this.#toggle(this.#focus);
    } else {
      return;
    }
    event.preventDefault();
  }

  #move(at) {
    this.#bars[this.#focus].node.tabIndex = -1;
    this.#focus = at;
    this.#bars[at].node.tabIndex = 0;
    this.#bars[at].node.focus();
  }

  #grab(event) {
    const node = event.target.closest(".code-bar");
    if (node === null || event.button !== 0) {
      return;
    }
    event.preventDefault();
    this.#move(Number(node.dataset.at));
    this.#drag = { at: this.#focus, from: event.clientY, moved: false };
    this.#box.setPointerCapture(event.pointerId);
  }

  #pull(event) {
    if (this.#drag === null) {
      return;
    }
    this.#drag.moved ||= Math.abs(event.clientY - this.#drag.from) >= MOVED_PIXELS;
    if (this.#drag.moved) {
      const { top, height } = this.#bars[this.#drag.at].node.querySelector(".well").getBoundingClientRect();
      this.#set(this.#drag.at, this.#full * (1 - (event.clientY - top) / height));
    }
  }

  #drop() {
    if (this.#drag !== null && !this.#drag.moved) {
      this.#toggle(this.#drag.at);
    }
    this.#drag = null;
  }
}
