// What is going on, in words: what is learned from what, how far that has come, and how long it will take.
import { say } from "./dom.js";
import { count, seconds } from "./format.js";

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const APART = 0.02; // share of all steps from which on it matters whose step it is
const inWords = (number) => NUMBERS[number] ?? count(number);

export class Story {
  #sentence = document.getElementById("sentence");
  #pace = document.getElementById("pace");
  #bar = document.getElementById("progress");
  #models = [];
  #frames = new Map();
  #shape = null; // rows and columns of a record
  #connected = true;
  #best = null; // model that redraws best now, if there is another one

  show(models) {
    this.#models = models;
    for (const model of this.#frames.keys()) {
      if (!models.includes(model)) {
        this.#frames.delete(model);
      }
    }
  }

  restarted() {
    this.#frames.clear();
  }

  look({ rows, columns }) {
    this.#shape = { rows, columns };
  }

  frame(frame) {
    this.#frames.set(frame.model, frame);
    if (frame.model === this.#models.at(-1)) {
      this.#tell();
    }
  }

  best(model) {
    if (this.#best !== model) {
      this.#best = model;
      this.#tell();
    }
  }

  connected(connected) {
    if (this.#connected !== connected) {
      this.#connected = connected;
      this.#tell();
    }
  }

  #tell() {
    const frames = this.#models.map((model) => this.#frames.get(model)).filter((frame) => frame !== undefined);
    const known = frames.filter(({ architecture }) => architecture !== null);
    if (known.length > 0) {
      say(this.#sentence, this.#sentenceOf(known));
    }
    if (frames.length > 0) {
      say(this.#pace, this.#paceOf(frames));
      this.#progress(frames);
    }
  }

  #sentenceOf(frames) {
    const number = frames.length;
    const sizes = frames.map(({ architecture }) => architecture.split("-").map(Number));
    const inputs = sizes[0][0];
    const record =
      this.#shape !== null && this.#shape.rows > 1
        ? `pictures of ${this.#shape.rows}\u00a0×\u00a0${this.#shape.columns} pixels`
        : `records of ${inWords(inputs)} number${inputs === 1 ? "" : "s"}`;
    const codes = [...new Set(sizes.map((layers) => layers[(layers.length - 1) / 2]))];
    const code = codes.length === 1 ? `${inWords(codes[0])} units` : `${Math.min(...codes)} to ${Math.max(...codes)} units`;
    const who = number === 1 ? `The model ${frames[0].model}` : `${capital(inWords(number))} models`;
    const verb = frames.every(({ state }) => state === "finished")
      ? number === 1 ? "has learned" : "have learned"
      : number === 1 ? "learns" : "learn";
    const { topic } = frames[0];
    const from = topic === "" ? "" : ` from the Kafka topic ${topic}`;
    const squeezed = Math.max(...codes) < inputs ? "squeezed " : "";
    const best = this.#models.includes(this.#best) ? ` Best${verb.startsWith("learn") ? " so far" : ""}: ${this.#best}.` : "";
    return `${who} ${verb} to redraw ${record}${from}, ${number === 1 ? "" : "each "}${squeezed}through ${code}.${best}`;
  }

  /** The slowest one's: all are done when that is. */
  #paceOf(frames) {
    if (frames.every(({ state }) => state === "finished")) {
      return `Finished after ${count(Math.max(...frames.map(({ step }) => step + 1)))} steps.`;
    }
    const slowest = frames.reduce((a, b) => (b.step < a.step ? b : a));
    const { step, planned, stepsPerSecond, imagesPerSecond, images, lag } = slowest;
    if (step < 0) {
      return this.#gathering(frames) ?? "No step has been made yet.";
    }
    const parts = [];
    const done = step + 1;
    if (planned !== null) {
      const apart = Math.max(...frames.map((frame) => frame.step)) - step > APART * planned;
      parts.push(`Step ${count(done)} of ${count(planned)}${apart ? ` in ${slowest.model}, the slowest` : ""}`);
      if (this.#connected && stepsPerSecond > 0 && done < planned) {
        parts.push(`${seconds((planned - done) / stepsPerSecond)} left`);
      }
    } else {
      parts.push(`Step ${count(done)}`, `${count(images)} records seen`);
    }
    if (this.#connected && imagesPerSecond > 0) {
      parts.push(`${count(Math.round(imagesPerSecond))} records a second`);
    }
    if (lag !== null) {
      parts.push(lag === 0 ? "no record waits on the topic" : `${count(lag)} records wait on the topic`);
    }
    return this.#gathering(frames) ?? parts.join(" · ");
  }

  /** Of scaled inputs the first records are only counted. */
  #gathering(frames) {
    const gathering = frames.map(gatheringOf).find((text) => text !== null);
    return gathering === undefined ? null : capital(gathering);
  }

  #progress(frames) {
    const planned = frames.every((frame) => frame.planned !== null);
    this.#bar.hidden = !planned;
    if (planned) {
      const share = Math.min(...frames.map((frame) => Math.min(1, (frame.step + 1) / frame.planned)));
      const percent = Math.floor(100 * share);
      this.#bar.firstElementChild.style.width = `${100 * share}%`;
      this.#bar.setAttribute("aria-valuenow", String(percent));
    }
  }
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** How far a model has come that still finds out how its inputs are to be scaled, or null. */
export function gatheringOf({ hyperparameters: h, images }) {
  const after = h?.scale?.after ?? 0;
  return after > 0 && images <= after && h.scale.shape !== "none" ? `gathering the scale: ${count(images)} of ${count(after)} records` : null;
}
