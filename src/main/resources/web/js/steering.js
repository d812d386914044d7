// What a person tells the model: sent to the server, answered by the trainer in one of the next frames.
import { element, say } from "./dom.js";
import { count } from "./format.js";

const FIELDS = {
  "learning-rate": (h) => String(h.learningRate),
  alpha: (h) => String(h.alpha),
  beta: (h) => h.beta.join("/"),
  rho: (h) => String(h.rho),
};

export class Steering {
  #parts;
  #inputs = new Map();
  #model = null;
  #paused = false;
  #asked = null; // source of the control record whose answer is awaited

  constructor(parts) {
    this.#parts = parts;
    parts.steering.hidden = false;
    for (const name of Object.keys(FIELDS)) {
      const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", name });
      this.#inputs.set(name, input);
      parts.fields.append(element("label", {}, name, input));
    }
    parts.steering.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#set();
    });
    parts.hold.addEventListener("click", () => this.#tell({ command: this.#paused ? "resume" : "pause" }));
    parts.rollback.addEventListener("click", () => this.#tell({ command: "rollback", step: Number(parts.kept.value) }));
    parts.reset.addEventListener("click", () => {
      if (confirm(`Reset ${this.#model}? It forgets what it has learned.`)) {
        this.#tell({ command: "reset" });
      }
    });
  }

  show({ model, state, hyperparameters, kept, told }) {
    this.#model = model;
    this.#paused = state === "paused";
    say(this.#parts.hold, this.#paused ? "Resume" : "Pause");
    if (hyperparameters !== null) {
      for (const [name, input] of this.#inputs) {
        const value = FIELDS[name](hyperparameters);
        // What a person is typing stays until the model has another value.
        if (input.dataset.value !== value) {
          input.dataset.value = value;
          input.value = value;
        }
      }
    }
    this.#options(kept);
    const answer = told.find(({ source }) => source === this.#asked);
    if (answer) {
      this.#asked = null;
      this.#say(answer.refused === null ? `${answer.text}: from step ${count(answer.step)} on` : `refused: ${answer.refused}`);
    }
  }

  #options(kept) {
    const select = this.#parts.kept;
    const text = kept.join();
    if (select.dataset.text !== text) {
      select.dataset.text = text;
      const chosen = select.value;
      select.replaceChildren(...kept.map((step) => element("option", { value: String(step) }, count(step))));
      if (chosen !== "" && kept.includes(Number(chosen))) {
        select.value = chosen;
      }
    }
    this.#parts.rollback.disabled = kept.length === 0;
  }

  #set() {
    const hyperparameters = {};
    for (const [name, input] of this.#inputs) {
      if (input.value.trim() !== input.dataset.value) {
        hyperparameters[name] = input.value.trim();
      }
    }
    if (Object.keys(hyperparameters).length === 0) {
      this.#say("nothing is changed: enter another value first");
    } else {
      this.#tell({ command: "set", hyperparameters });
    }
  }

  async #tell(control) {
    this.#say("sent, waiting for the answer …");
    try {
      const response = await fetch(`control/${encodeURIComponent(this.#model)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(control),
      });
      const text = await response.text();
      if (response.ok) {
        this.#asked = text;
      } else {
        this.#say(`refused: ${text}`);
      }
    } catch {
      this.#say("the server does not answer");
    }
  }

  #say(text) {
    say(this.#parts.told, text);
  }
}
