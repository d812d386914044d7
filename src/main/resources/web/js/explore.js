// The panels that explore the models: units, code and map. Each asks the server for what it shows, only while it is
// on screen and the server is there; what a person chooses is asked for in any case.
import { Refusal } from "./ask.js";
import { element } from "./dom.js";
import { onThemeChange } from "./colors.js";
import { CodePanel } from "./code.js";
import { MapPanel } from "./map.js";
import { UnitsPanel } from "./units.js";

const LOOK_MILLIS = 500;
const MODELS_MILLIS = 2000;

const root = document.documentElement;
const panels = [];
let models = [];
let chosen = null;
let search = null; // for models of which nothing is known yet

/** One of the panels, and whether it is on screen. */
class Place {
  #section;
  #panel;
  #selects;
  #label;
  #visible = false;
  #busy = false;
  #due = 0;

  constructor(id, title, panel) {
    this.#section = document.getElementById(id);
    this.#panel = panel;
    this.#selects = element("select", { "aria-label": `Model of: ${title}` });
    this.#selects.addEventListener("change", () => choose(this.#selects.value));
    const label = element("label", { className: "which" }, "Model ", this.#selects);
    this.#label = label;
    this.#section.className = "explore";
    this.#section.setAttribute("aria-label", title);
    panel.mount(this.#section, title, label);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry.isIntersecting;
      this.look();
    }, { rootMargin: "200px" }).observe(this.#section);
  }

  models(names) {
    this.#section.hidden = names.length === 0;
    this.#label.hidden = names.length < 2;
    if (this.#selects.dataset.names !== names.join("\n")) {
      this.#selects.dataset.names = names.join("\n");
      this.#selects.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    }
  }

  choose(model) {
    this.#selects.value = model.model;
    this.#panel.choose(model);
    this.soon();
  }

  /** Something else is to be shown. */
  soon() {
    this.#due = 0;
    this.look();
  }

  redraw() {
    this.#panel.redraw();
  }

  async look() {
    const held = root.hasAttribute("data-frozen") || root.hasAttribute("data-offline");
    const still = document.hidden || (held && this.#due > 0);
    if (!this.#visible || still || this.#busy || chosen === null || performance.now() < this.#due) {
      return;
    }
    this.#busy = true;
    this.#due = performance.now() + this.#panel.everyMillis;
    try {
      await this.#panel.refresh();
      this.#panel.say("");
    } catch (reason) {
      this.#panel.say(reason instanceof Refusal ? reason.message : "the server does not answer");
    }
    this.#busy = false;
    if (this.#due === 0) {
      this.look(); // another model was chosen meanwhile
    }
  }
}

function choose(name) {
  chosen = models.find(({ model }) => model === name) ?? models[0] ?? null;
  if (chosen !== null) {
    panels.forEach((panel) => panel.choose(chosen));
  }
}

/** Asks until all are ready. What a process before said of a model holds until the next one knows it. */
async function findModels() {
  clearTimeout(search);
  try {
    const found = await (await fetch("explore")).json();
    const isReady = ({ layers }) => layers.length > 0;
    const ready = found.map((each) => (isReady(each) ? each : (models.find(({ model }) => model === each.model) ?? each))).filter(isReady);
    const changed = JSON.stringify(ready) !== JSON.stringify(models);
    models = ready;
    panels.forEach((panel) => panel.models(models.map(({ model }) => model)));
    if (changed) {
      choose(chosen?.model);
    }
    if (found.length > 0 && found.every(isReady)) {
      return;
    }
  } catch {
    // The page says that the server does not answer.
  }
  clearTimeout(search); // that of another question, if a restart came meanwhile
  search = setTimeout(findModels, MODELS_MILLIS);
}

const code = new CodePanel();
const showRecord = (record) => {
  code.show(record);
  places.code.soon();
};
const places = {
  units: new Place("units", "What the units answer to", new UnitsPanel(showRecord)),
  code: new Place("code", "The code as bars", code),
  map: new Place("map", "Map of codes", new MapPanel(showRecord)),
};
panels.push(...Object.values(places));
onThemeChange(() => panels.forEach((panel) => panel.redraw()));
setInterval(() => panels.forEach((panel) => panel.look()), LOOK_MILLIS);
addEventListener("restart", findModels);
findModels();
