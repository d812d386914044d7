// One model: puts the parts of an event into the panels.
import { element, say } from "./dom.js";
import { count, parameter, seconds, significant } from "./format.js";
import { History } from "./history.js";
import { DigitsPanel } from "./digits.js";
import { ActivationChart, KlChart, LossChart } from "./charts.js";
import { UnitStrips } from "./strips.js";
import { FiltersPanel } from "./filters.js";
import { Steering } from "./steering.js";

const STATES = {
  starting: "starting",
  rebalancing: "rebalancing: waiting for its partition",
  restoring: "restoring its checkpoint",
  replaying: "replaying",
  running: "running",
  waiting: "waiting for images",
  paused: "paused: leaves the images alone",
  stopped: "stopped",
  unreachable: "waiting for the broker",
  failed: "stopped by an error",
};

export class ModelView {
  #parts = {};
  #history = new History();
  #lastFrame = null;

  constructor(name, limits, ranges) {
    const copy = document.getElementById("model").content.cloneNode(true);
    this.element = copy.querySelector(".model");
    this.element.setAttribute("aria-label", `Model ${name}`);
    for (const node of this.element.querySelectorAll("[data-is]")) {
      this.#parts[node.dataset.is] = node;
    }
    for (const panel of this.element.querySelectorAll(".panel")) {
      panel.setAttribute("aria-label", `${name}: ${panel.querySelector("h3").firstChild.textContent.trim()}`);
    }
    say(this.#parts.name, name);
    this.digitsPanel = new DigitsPanel(this.#parts);
    this.lossChart = new LossChart(this.#parts, name, ranges);
    this.activationChart = new ActivationChart(this.#parts, name, ranges);
    this.klChart = new KlChart(this.#parts);
    this.filtersPanel = new FiltersPanel(this.#parts, (unit) => this.#selected(unit));
    this.strips = new UnitStrips(this.#parts, limits, (unit) => this.#selected(unit));
  }

  /** Offers to steer the model, if the server does. */
  attached(control) {
    if (control) {
      this.steering = new Steering(this.#parts);
    }
    this.redraw();
  }

  /** The selected unit of the first hidden layer is the same in all panels. */
  #selected(unit) {
    this.strips.mark(unit);
    this.filtersPanel.mark(unit);
  }

  frame(frame) {
    this.#lastFrame = frame;
    this.#tiles(frame);
    this.steering?.show(frame);
    const { activations, hyperparameters } = frame;
    if (activations !== null) {
      this.#fill("units");
      this.strips.show(activations.layers, hyperparameters);
      this.klChart.show(activations.layers, hyperparameters.rho);
    }
  }

  digits(digits) {
    this.#fill("digits");
    this.digitsPanel.show(digits);
  }

  history(points) {
    this.#history.replace(points);
    const joined = this.#history.points();
    if (joined.steps.length > 0) {
      const marks = this.#marks();
      this.lossChart.show(joined, marks);
      this.activationChart.show(joined, this.#lastFrame?.hyperparameters?.rho ?? null, marks);
    }
  }

  /** Where the model was started again, and where something that it was told took effect. */
  #marks() {
    const told = (this.#lastFrame?.told ?? []).filter(({ refused }) => refused === null);
    return [...this.#history.restarts.map((step) => ({ step, text: "restart" })), ...told];
  }

  filters(filters) {
    this.#fill("filters");
    this.filtersPanel.show(filters);
  }

  /** The server is another process now. */
  restarted() {
    this.#history.restarted();
  }

  redraw() {
    for (const part of [this.digitsPanel, this.lossChart, this.activationChart, this.klChart, this.strips, this.filtersPanel]) {
      part.redraw();
    }
  }

  #fill(panel) {
    this.element.querySelector(`[data-panel="${panel}"]`).classList.add("filled");
  }

  #tiles(frame) {
    const parts = this.#parts;
    const replay = frame.replay === null ? "" : ` ${count(frame.replay.done)} of ${count(frame.replay.total)} images again`;
    say(parts.state, STATES[frame.state] + replay);
    parts.state.dataset.state = frame.state;
    parts.error.hidden = frame.error === null;
    say(parts.error, frame.error ?? "");
    this.#facts(frame);

    const loss = frame.activations?.loss;
    say(parts.step, frame.step < 0 ? "–" : count(frame.step));
    say(parts.images, `${count(frame.images)} images`);
    if (loss) {
      say(parts.loss, significant(loss.total, 4));
      say(parts.mse, `MSE ${significant(loss.mse, 3)}`);
    }
    this.#number(parts.speed, significantSpeed(frame.stepsPerSecond), "steps/s");
    say(parts.imageSpeed, `${count(Math.round(frame.imagesPerSecond))} images/s`);
    this.#number(parts.lag, frame.lag === null ? "–" : count(frame.lag), frame.lag === null ? "" : "images");
    say(parts.lagTime, lagTime(frame));
    if (frame.checkpoint !== null) {
      say(parts.checkpoint, count(frame.checkpoint.step));
      const { secondsAgo, millis } = frame.checkpoint;
      say(parts.checkpointCost, `steps, ${seconds(secondsAgo)} ago, took ${Math.round(millis)} ms`);
    }
    say(parts.deadLetters, count(frame.deadLetters));
  }

  #number(node, value, unit) {
    if (node.dataset.value !== value) {
      node.dataset.value = value;
      node.replaceChildren(value, " ", element("span", { className: "unit" }, unit));
    }
  }

  #facts({ architecture, hyperparameters: h }) {
    if (h === null) {
      return;
    }
    const facts = [
      architecture,
      `α ${parameter(h.alpha)}`,
      `β ${h.beta.map(parameter).join(" / ")}`,
      `ρ ${parameter(h.rho)}`,
      `learning rate ${parameter(h.learningRate)}${schedule(h.schedule)}`,
      `batch ${h.batch}`,
    ];
    const text = facts.join();
    if (this.#parts.facts.dataset.text !== text) {
      this.#parts.facts.dataset.text = text;
      this.#parts.facts.replaceChildren(...facts.map((fact) => element("span", {}, fact)));
    }
  }
}

const schedule = ({ shape, steps }) => (shape === "constant" ? "" : `, ${shape} over ${count(steps)} steps`);

const significantSpeed = (value) => (value >= 10 ? count(Math.round(value)) : value.toFixed(1));

function lagTime({ lag, imagesPerSecond, secondsSinceStep }) {
  if (lag > 0 && imagesPerSecond > 0) {
    return `${seconds(lag / imagesPerSecond)} of work`;
  }
  return secondsSinceStep !== null && secondsSinceStep > 2 ? `last step ${seconds(secondsSinceStep)} ago` : " ";
}
