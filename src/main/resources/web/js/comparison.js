// The same records, and what each model makes of them: now, or at a step that is past.
import { modelColor, modelInk, theme } from "./colors.js";
import { element, say } from "./dom.js";
import { bytes, count, significant } from "./format.js";
import { BAR_HEIGHT, drawRecord, isListed } from "./record.js";

const REPLAY_MILLIS = 350;

export class Comparison {
  #panel = document.getElementById("look");
  #list = document.getElementById("looks");
  #note = document.getElementById("lookNote");
  #title = document.getElementById("lookTitle");
  #slider = document.getElementById("moment");
  #moment = document.getElementById("momentNote");
  #play = document.getElementById("play");
  #models = [];
  #now = new Map(); // newest look of each model
  #shown = new Map(); // those that are shown
  #past = new Map(); // looks at steps that are past, by model, then by step
  #steps = []; // that can be looked at
  #rows = new Map();
  #structure = "";
  #at = null; // the step that is shown, or null for now
  #replay = null;
  #chosen = null;
  #onChoose;
  #onBest;

  /**
   * @param onChoose told the record, counted from 0, that a person points out
   * @param onBest told the model with the least mean error now, or null while there is none or no other
   */
  constructor(onChoose, onBest) {
    this.#onChoose = onChoose;
    this.#onBest = onBest;
    this.#slider.addEventListener("input", () => {
      this.#stop();
      this.#go(Number(this.#slider.value));
    });
    this.#play.addEventListener("click", () => (this.#replay === null ? this.#start() : this.#stop()));
  }

  show(models) {
    this.#models = models;
    this.#structure = "";
  }

  /** Another process has chosen other records. */
  restarted() {
    this.#stop();
    this.#now.clear();
    this.#shown.clear();
    this.#past.clear();
    this.#at = null;
    this.#panel.classList.add("old");
  }

  look(look) {
    this.#panel.hidden = false;
    this.#panel.classList.remove("old");
    this.#panel.classList.add("filled");
    if (look.step < this.#now.get(look.model)?.step) {
      this.#past.delete(look.model); // they are of the model before it was set back
      this.#toNow();
    }
    this.#now.set(look.model, decoded(look));
    this.#tellSteps();
    if (this.#at === null) {
      this.#shown.set(look.model, this.#now.get(look.model));
      this.#draw();
    }
  }

  #toNow() {
    this.#stop();
    this.#at = null;
    this.#now.forEach((look, model) => this.#shown.set(model, look));
  }

  redraw() {
    this.#draw();
  }

  #tellSteps() {
    const newest = Math.max(...[...this.#now.values()].map(({ step }) => step));
    const steps = [...new Set([...this.#now.values()].flatMap((look) => look.steps))].filter((step) => step < newest);
    this.#steps = steps.sort((a, b) => a - b);
    const last = String(this.#steps.length);
    const wasLast = this.#at === null;
    if (this.#slider.max !== last) {
      this.#slider.max = last;
    }
    if (wasLast) {
      this.#slider.value = last;
    } else {
      this.#slider.value = String(Math.max(0, this.#steps.findLastIndex((step) => step <= this.#at)));
    }
    this.#play.disabled = this.#steps.length === 0;
    this.#sayMoment();
  }

  #sayMoment() {
    const newest = Math.max(0, ...[...this.#now.values()].map(({ step }) => step));
    const text = this.#at === null ? `now, step ${count(newest)}` : `after ${count(this.#at)} step${this.#at === 1 ? "" : "s"}`;
    say(this.#moment, text);
    this.#slider.setAttribute("aria-valuetext", text);
  }

  #start() {
    say(this.#play, "Stop");
    let at = 0;
    const next = () => {
      this.#slider.value = String(at);
      this.#go(at);
      at++;
      if (at > this.#steps.length) {
        this.#stop();
      }
    };
    this.#replay = setInterval(next, REPLAY_MILLIS);
    next();
  }

  #stop() {
    clearInterval(this.#replay);
    this.#replay = null;
    say(this.#play, "Replay");
  }

  /** Shows one of the steps, or at the end of them what is now. */
  async #go(index) {
    this.#at = this.#steps[index] ?? null;
    this.#sayMoment();
    const at = this.#at;
    const looks = await Promise.all(this.#models.map((model) => (at === null ? this.#now.get(model) : this.#fetch(model, at))));
    if (this.#at !== at) {
      return; // a person has gone on meanwhile
    }
    looks.forEach((look, i) => look && this.#shown.set(this.#models[i], look));
    this.#draw();
  }

  async #fetch(model, step) {
    if (!this.#past.has(model)) {
      this.#past.set(model, new Map());
    }
    const past = this.#past.get(model); // another one, if the model is set back before the answer comes
    if (past.has(step)) {
      return past.get(step);
    }
    try {
      const response = await fetch(`film/${encodeURIComponent(model)}/${step}`);
      if (!response.ok) {
        return undefined;
      }
      const look = decoded(await response.json());
      if (look.step === step) {
        past.set(step, look); // else one nearby, since this one is not kept, or not any more
      }
      return look;
    } catch {
      return undefined; // the server has gone: what is shown stays
    }
  }

  #draw() {
    const first = this.#shown.values().next().value;
    if (first === undefined) {
      return;
    }
    const records = first.mse.length;
    this.#build(first);
    const listed = isListed(first);
    const pictures = first.rows > 1;
    say(this.#title, pictures ? "The same pictures, redrawn by each model" : "The same records, redrawn by each model");
    const how = pictures ? "error below each" : "a line marks the value, a bar what the model makes of it";
    say(this.#note, first.heldOut ? `none is trained on these; ${how}` : how);
    const all = [...this.#shown.values()].flatMap(({ mse }) => mse.filter(Number.isFinite));
    const full = Math.max(1e-12, ...all);
    const means = this.#models.map((model) => mean(this.#shown.get(model)?.mse ?? []));
    const best = Math.min(...means.filter(Number.isFinite));
    const original = this.#rows.get("original");
    for (let i = 0; i < records; i++) {
      drawRecord(original.cells[i].canvas, first, first.originals, i * first.size, theme().soft);
    }
    this.#models.forEach((model, index) => {
      const look = this.#shown.get(model);
      if (look === undefined) {
        return;
      }
      const row = this.#rows.get(model);
      look.mse.forEach((error, i) => {
        const { canvas, bar, node } = row.cells[i];
        drawRecord(canvas, look, look.reconstructions, i * look.size, modelInk(index), look.originals);
        bar.style.width = `${Math.min(100, (100 * error) / full)}%`;
        const what = look.labels[i] === "" ? `record ${i + 1}` : look.labels[i];
        node.setAttribute("aria-label", `${model} redraws ${what} with error ${significant(error, 3)}`);
        node.title = `error ${significant(error, 3)}`;
      });
      say(row.error, Number.isFinite(means[index]) ? significant(means[index], 3) : "–");
      row.error.classList.toggle("best", this.#models.length > 1 && means[index] === best);
    });
    this.#list.classList.toggle("listed", listed);
    if (this.#at === null) {
      this.#onBest(this.#shown.size > 1 ? (this.#models[means.indexOf(best)] ?? null) : null);
    }
  }

  #build(look) {
    const structure = JSON.stringify([this.#models, look.labels, look.names, look.rows]);
    if (this.#structure === structure) {
      return;
    }
    this.#structure = structure;
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#list.style.setProperty("--records", look.mse.length);
    this.#row("original", null, look);
    this.#models.forEach((model, index) => this.#row(model, index, look));
    this.#mark(this.#chosen);
  }

  #row(name, index, look) {
    const error = element("b", { className: "value" });
    const names = isListed(look) ? look.names : [];
    const head = element(
      "div",
      { className: "row-head" },
      index === null
        ? element("span", {}, "original")
        : element("span", {}, element("span", { className: "dot", style: `background: ${modelColor(index)}` }), name),
      ...(names.length > 0 && index === null ? [element("ul", { className: "names" }, ...names.map((each) => element("li", { title: each, style: `height: ${BAR_HEIGHT}px` }, each)))] : []),
      index === null ? element("span", { className: "error-head" }, "mean error") : error,
    );
    const cells = look.labels.map((label, i) => {
      const canvas = element("canvas");
      const bar = element("i", index === null ? {} : { style: `background: ${modelColor(index)}` });
      const node =
        index === null
          ? element("button", { type: "button", className: "shot", title: "Show this record in the drawings above", "aria-pressed": "false" }, label === "" ? `${i + 1}` : label, canvas)
          : element("div", { className: "shot", role: "img" }, canvas, element("div", { className: "track" }, bar));
      if (index === null) {
        node.setAttribute("aria-label", `original ${label === "" ? `record ${i + 1}` : label}`);
        node.addEventListener("click", () => this.#choose(i));
      }
      return { node, canvas, bar };
    });
    this.#rows.set(name === "original" && index === null ? "original" : name, { cells, error });
    this.#list.append(element("li", { className: index === null ? "originals" : "model-row" }, head, ...cells.map(({ node }) => node)));
  }

  #choose(record) {
    this.#mark(record);
    this.#onChoose(record);
  }

  #mark(record) {
    this.#chosen = record;
    this.#rows.get("original")?.cells.forEach(({ node }, i) => node.setAttribute("aria-pressed", String(i === record)));
  }
}

function decoded(look) {
  return {
    ...look,
    size: look.rows * look.columns,
    originals: bytes(look.originals),
    reconstructions: bytes(look.reconstructions),
  };
}

const mean = (values) => (values.length === 0 ? NaN : values.reduce((sum, each) => sum + each, 0) / values.length);
