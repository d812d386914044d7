// What a person tells the model: sent to the server, answered by the trainer in one of the next frames.
import { element, say } from "./dom.js";
import { count, significant } from "./format.js";

const FIELDS = {
  "learning-rate": (h) => String(h.learningRate),
  alpha: (h) => String(h.alpha),
  beta: (h) => h.beta.join("/"),
  rho: (h) => String(h.rho),
};

const LARGE = 10; // times the present learning rate: most models diverge from there on

export class Steering {
  #parts;
  #inputs = new Map();
  #model = null;
  #paused = false;
  #learningRate = Infinity; // the present one
  #waiting = false; // for what becomes of a command
  #asked = null; // source of the control record whose answer is awaited
  #picked = null; // step that a person has chosen to go back to

  constructor(parts) {
    this.#parts = parts;
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
    parts.kept.addEventListener("change", () => (this.#picked = Number(parts.kept.value)));
    parts.rollback.addEventListener("click", () => {
      this.#tell({ command: "rollback", step: Number(parts.kept.value) });
      this.#picked = null;
    });
    parts.reset.addEventListener("click", () => {
      if (confirm(`Reset ${this.#model}? It forgets what it has learned.`)) {
        this.#tell({ command: "reset" });
        this.#picked = null;
      }
    });
  }

  /** @param frame the model's newest */
  show(frame) {
    const { model, state, hyperparameters, kept } = frame;
    this.#model = model;
    this.#paused = state === "paused";
    say(this.#parts.hold, this.#paused ? "Resume training" : "Pause training");
    this.#parts.controls.disabled = state === "finished" || hyperparameters === null;
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
    this.#learningRate = hyperparameters?.learningRate ?? Infinity;
    this.#options(kept);
    this.answer(frame);
  }

  /** Nobody answers any more: the process has gone. */
  lost() {
    this.#parts.controls.disabled = true;
    if (this.#waiting) {
      this.#waiting = false;
      this.#asked = null;
      this.#say("no answer: the connection was lost before it came");
    }
  }

  answer({ told }) {
    const answer = told.find(({ source }) => source === this.#asked);
    if (answer) {
      this.#asked = null;
      this.#waiting = false;
      this.#say(answer.refused === null ? `${answer.text}: from step ${count(answer.step)} on` : `refused: ${answer.refused}`);
    }
  }

  #options(kept) {
    const select = this.#parts.kept;
    // The newest first: the oldest are those that will soon be kept no more.
    const steps = [...kept].reverse();
    if (this.#picked !== null && !kept.includes(this.#picked)) {
      steps.push(this.#picked); // what a person has chosen stays; if it is gone, the trainer says which are kept
    }
    const text = steps.join();
    if (select.dataset.text !== text) {
      select.dataset.text = text;
      select.replaceChildren(...steps.map((step) => element("option", { value: String(step) }, count(step))));
      if (this.#picked !== null) {
        select.value = String(this.#picked);
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
    } else if (this.#isMeant(hyperparameters["learning-rate"])) {
      this.#tell({ command: "set", hyperparameters });
    } else {
      this.#say("nothing was set");
    }
  }

  /** Asks before a learning rate that will most likely destroy what was learned. */
  #isMeant(learningRate) {
    const times = Number(learningRate) / this.#learningRate; // of no number and of none at all: NaN
    return (
      !(times > LARGE) ||
      confirm(`Learning rate ${learningRate} is ${significant(times, 2)} times the present ${this.#learningRate}: the model may lose what it has learned. Set it?`)
    );
  }

  async #tell(control) {
    this.#say("sent, waiting for the answer …");
    this.#waiting = true;
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
        this.#waiting = false;
        this.#say(`refused: ${text}`);
      }
    } catch {
      this.#waiting = false;
      this.#say("the server does not answer");
    }
  }

  #say(text) {
    say(this.#parts.told, text);
  }
}
