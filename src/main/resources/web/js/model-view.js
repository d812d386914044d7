// One model: puts the parts of an event into the panels.
import { element, say } from "./dom.js";
import { count, parameter, seconds, significant } from "./format.js";
import { AnomaliesPanel } from "./anomalies.js";
import { InputsPanel } from "./inputs.js";
import { KlChart } from "./charts.js";
import { modelColor } from "./colors.js";
import { Net } from "./net.js";
import { verdictOf } from "./sparsity.js";
import { gatheringOf } from "./story.js";
import { UnitStrips } from "./strips.js";
import { FiltersPanel } from "./filters.js";
import { Steering } from "./steering.js";

export class ModelView {
  #parts = {};
  #lastFrame = null;
  #architecture = null; // once the model has told it
  #connected = true;

  /** @param index of the model, which has its colour */
  constructor(name, index, limits, ranges) {
    this.index = index;
    this.element = document.getElementById("model").content.cloneNode(true).querySelector(".model");
    this.detail = document.getElementById("detail").content.cloneNode(true).querySelector(".detail");
    this.element.setAttribute("aria-label", `Model ${name}`);
    for (const part of [this.element, this.detail]) {
      part.style.setProperty("--model", modelColor(index));
      for (const node of part.querySelectorAll("[data-is]")) {
        this.#parts[node.dataset.is] = node;
      }
    }
    for (const panel of this.detail.querySelectorAll(".panel")) {
      panel.setAttribute("aria-label", `${name}: ${panel.querySelector("h3").firstChild.textContent.trim()}`);
    }
    say(this.#parts.name, name);
    this.net = new Net(this.#parts.net, index);
    this.inputsPanel = new InputsPanel(this.#parts);
    this.anomaliesPanel = new AnomaliesPanel(this.#parts);
    this.klChart = new KlChart(this.#parts, name, index, ranges);
    this.filtersPanel = new FiltersPanel(this.#parts, (unit) => this.#selected(unit));
    this.strips = new UnitStrips(this.#parts, limits, (unit) => this.#selected(unit));
  }

  attached() {
    this.#parts.steer.addEventListener("click", () => this.#drawer(this.#parts.steering.hidden));
    this.redraw();
  }

  remove() {
    this.element.remove();
    this.detail.remove();
  }

  #drawer(open) {
    this.#parts.steering.hidden = !open;
    this.#parts.steer.setAttribute("aria-expanded", String(open));
  }

  /** Offers to steer the model, if the server does. */
  allowControl(allowed) {
    if (allowed) {
      this.steering ??= new Steering(this.#parts);
    }
    this.#parts.steer.hidden = !allowed;
    if (!allowed) {
      this.#drawer(false);
    }
  }

  /** Whether the run has ended as intended. */
  isFinished() {
    return this.#lastFrame?.state === "finished";
  }

  /** Whether what is shown is the state of now; the result of a finished run stays what it is. */
  connected(connected) {
    if (this.#connected !== connected) {
      this.#connected = connected;
      this.element.classList.toggle("stale", !connected && !this.isFinished());
      this.#state();
      if (!connected) {
        this.steering?.lost();
      }
    }
  }

  /** The selected unit of the first hidden layer is the same in all panels. */
  #selected(unit) {
    this.strips.mark(unit);
    this.filtersPanel.mark(unit);
  }

  /** Whether a model of other layers goes by the name now. */
  isOfOther(architecture) {
    return architecture !== null && this.#architecture !== null && architecture !== this.#architecture;
  }

  frame(frame) {
    this.#lastFrame = frame;
    this.#architecture = frame.architecture ?? this.#architecture;
    this.#state();
    this.#tiles(frame);
    this.#figures(frame);
    if (frame.anomalies !== null) {
      this.#fill("anomalies");
      this.anomaliesPanel.show(frame.anomalies);
    }
    this.steering?.show(frame);
    const { activations, hyperparameters } = frame;
    const before = this.isFinished() && activations === null; // all steps had been made before the process began
    this.#parts.before.hidden = !before;
    this.detail.classList.toggle("done-before", before);
    const gathering = gatheringOf(frame);
    if (gathering !== null) {
      say(this.#parts.unitsEmpty, `${gathering.charAt(0).toUpperCase()}${gathering.slice(1)}.`);
    } else if (activations !== null) {
      this.#fill("units");
      this.#fill("kl");
      this.strips.show(activations.measures?.layers ?? {});
      this.klChart.show(activations.layers, hyperparameters.rho);
    }
  }

  look(look) {
    this.net.show(look);
  }

  /** A record, counted from 0, that a person points out. */
  choose(record) {
    this.net.choose(record);
  }

  /** Whether it redraws the records with the least error. */
  best(best) {
    this.#parts.loss.classList.toggle("best", best);
  }

  /** Of records that are no pictures. */
  inputs(inputs) {
    this.#fill("inputs");
    this.inputsPanel.show(inputs);
  }

  distributions({ layers }) {
    const verdicts = layers.map(verdictOf);
    const { active, verdict } = this.#parts;
    say(active, verdicts.map(({ mean }) => significant(mean, mean < 10 ? 2 : 3)).join(" / "));
    active.title = layers.map(({ name, units }, i) => `${name}: ${verdicts[i].text} (${units} units)`).join("; ");
    say(verdict, verdicts.map(({ word }) => word).join(" / "));
    verdict.dataset.tone = verdicts.some(({ tone }) => tone === "warn") ? "warn" : verdicts.every(({ tone }) => tone === "good") ? "good" : "neutral";
  }

  /** What became of a command, and nothing else: the view is frozen. */
  answer(frame) {
    this.steering?.answer(frame);
  }

  filters(filters) {
    this.#fill("filters");
    this.filtersPanel.show(filters);
  }

  /** The server is another process now: each panel is the old one's until it is filled anew. */
  restarted() {
    this.detail.querySelectorAll(".panel.filled").forEach((panel) => panel.classList.add("old"));
    this.steering?.lost();
  }

  /** @param all also what is off screen */
  redraw(all = false) {
    for (const part of [this.net, this.klChart, this.strips, this.filtersPanel]) {
      part.redraw(all);
    }
  }

  #fill(name) {
    const panel = this.detail.querySelector(`[data-panel="${name}"]`);
    panel.classList.add("filled");
    panel.classList.remove("old");
  }

  /** The server's words; of a model that cannot be reached nobody knows more than what it was last. */
  #state() {
    const { state, error } = this.#parts;
    if (this.#lastFrame === null) {
      return;
    }
    const { status } = this.#lastFrame;
    const known = this.#connected || this.isFinished();
    say(state, known ? status.text : `last seen: ${status.text}`);
    state.dataset.tone = known || status.tone === "bad" ? status.tone : "neutral";
    error.hidden = this.#lastFrame.error === null;
    say(error, this.#lastFrame.error ?? "");
  }

  #figures({ figures }) {
    const { figures: list } = this.#parts;
    list.hidden = figures.length === 0;
    const text = JSON.stringify(figures);
    if (list.dataset.text !== text) {
      list.dataset.text = text;
      list.replaceChildren(
        ...figures.map(({ name, value }) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
      );
    }
  }

  #tiles(frame) {
    const parts = this.#parts;
    this.#facts(frame);

    const loss = frame.activations?.loss;
    say(parts.step, frame.step < 0 ? "–" : count(frame.step));
    say(parts.images, frame.step < 0 ? NOTHING : `${count(frame.images)} records`);
    say(parts.loss, loss ? significant(loss.mse, 3) : "–");
    say(parts.mse, loss ? `loss ${significant(loss.total, 3)}` : NOTHING);
    if (frame.activations === null) {
      say(parts.active, "–");
      say(parts.verdict, NOTHING);
    }
    this.#number(parts.speed, significantSpeed(frame.stepsPerSecond), "steps/s");
    say(parts.imageSpeed, `${count(Math.round(frame.imagesPerSecond))} records/s`);
    this.#number(parts.lag, frame.lag === null ? "–" : count(frame.lag), frame.lag === null ? "" : "records");
    say(parts.lagTime, lagTime(frame));
    const { checkpoint } = frame;
    say(parts.checkpoint, checkpoint === null ? "–" : count(checkpoint.step));
    say(
      parts.checkpointCost,
      checkpoint === null ? NOTHING : `${seconds(checkpoint.secondsAgo)} ago, took ${Math.round(checkpoint.millis)} ms`,
    );
    say(parts.deadLetters, count(frame.deadLetters));
  }

  #number(node, value, unit) {
    if (node.dataset.value !== value) {
      node.dataset.value = value;
      node.replaceChildren(value, " ", element("span", { className: "unit" }, unit));
    }
  }

  #facts({ architecture, hyperparameters: h }) {
    const facts = h === null ? [] : [
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

const NOTHING = "\u00a0"; // keeps the line

const schedule = ({ shape, steps }) => (shape === "constant" ? "" : `, ${shape} over ${count(steps)} steps`);

const significantSpeed = (value) => (value >= 10 ? count(Math.round(value)) : value.toFixed(1));

function lagTime({ lag, imagesPerSecond, secondsSinceStep }) {
  if (lag > 0 && imagesPerSecond > 0) {
    return `${seconds(lag / imagesPerSecond)} of work`;
  }
  return secondsSinceStep !== null && secondsSinceStep > 2 ? `last step ${seconds(secondsSinceStep)} ago` : NOTHING;
}
