// One model's details at a time: tabs, as the ARIA practices have them.
import { element } from "./dom.js";

export class Tabs {
  #list = document.getElementById("tabs");
  #tabs = [];
  #views = new Map();
  #chosen = null;

  show(models, views) {
    this.#views = views;
    this.#list.hidden = models.length < 2;
    this.#tabs = models.map((name) => {
      const tab = element("button", { type: "button", role: "tab", id: `tab-${name}` }, name);
      tab.addEventListener("click", () => this.#choose(name));
      tab.addEventListener("keydown", (event) => this.#key(event, models.indexOf(name)));
      views.get(name).detail.setAttribute("aria-label", `Units of ${name}`);
      return tab;
    });
    this.#list.replaceChildren(...this.#tabs);
    this.#choose(models.includes(this.#chosen) ? this.#chosen : models[0]);
  }

  #choose(name) {
    this.#chosen = name;
    for (const tab of this.#tabs) {
      const chosen = tab.textContent === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    this.#views.forEach((view, model) => (view.detail.hidden = model !== name));
    this.#views.get(name)?.redraw();
  }

  #key(event, at) {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#tabs.length - 1 }[event.key];
    const tab = this.#tabs[(to + this.#tabs.length) % this.#tabs.length];
    if (tab) {
      event.preventDefault();
      tab.focus();
      tab.click();
    }
  }
}
