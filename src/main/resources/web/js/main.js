// The page: what all models share, and one view per model, fed by the server's events.
import { LiveStream } from "./live.js";
import { ModelView } from "./model-view.js";
import { Ranges } from "./ranges.js";
import { Story } from "./story.js";
import { Comparison } from "./comparison.js";
import { Curves } from "./curves.js";
import { SparsityPanel } from "./sparsity.js";
import { LabelsPanel } from "./labels.js";
import { Tabs } from "./tabs.js";
import { forgetTheme, onThemeChange } from "./colors.js";
import { say } from "./dom.js";

const SILENT_MILLIS = 4000;
const SHARED = ["frame", "look", "history", "distributions"]; // events that panels of all models show, too

const cards = document.getElementById("models");
const details = document.getElementById("details");
const connection = document.getElementById("connection");
const freeze = document.getElementById("freeze");

const views = new Map();
const ranges = new Ranges();
const story = new Story();
const comparison = new Comparison(
  (record) => views.forEach((view) => view.choose(record)),
  (best) => {
    views.forEach((view, name) => view.best(name === best));
    story.best(best);
  },
);
const shared = [story, comparison, new Curves(), new SparsityPanel(), new LabelsPanel()];
const tabs = new Tabs();
let limits = null;
let control = false; // whether the server lets the page steer
let run = null;
let frozen = false;
let lastNews = null; // Date of the newest event

const stream = new LiveStream("live", {
  hello(hello) {
    limits = hello.limits;
    control = hello.control;
    const restarted = run !== null && run !== hello.run;
    run = hello.run;
    show(hello.models);
    if (restarted) {
      [...shared, ...views.values()].forEach((part) => part.restarted?.());
      dispatchEvent(new Event("restart")); // for the panels that explore
    }
  },
  frame(event) {
    pass("frame", event);
    if (frozen) {
      views.get(event.model)?.answer(event); // a person who steers waits for it
    }
  },
  look: (event) => pass("look", event),
  inputs: (event) => pass("inputs", event),
  history: (event) => pass("history", event),
  distributions: (event) => pass("distributions", event),
  filters: (event) => pass("filters", event),
  news() {
    lastNews = new Date();
    tellConnection();
  },
  state: tellConnection,
});

function show(models) {
  for (const [name, view] of views) {
    if (!models.includes(name)) {
      view.remove();
      views.delete(name);
      ranges.forget(name);
    }
  }
  models.forEach((name, index) => {
    if (!views.has(name)) {
      const view = new ModelView(name, index, limits, ranges);
      views.set(name, view);
      cards.append(view.element);
      details.append(view.detail);
      view.attached();
    }
  });
  tabs.show(models, views);
  shared.forEach((part) => part.show?.(models));
  views.forEach((view) => view.allowControl(control));
  cards.dataset.models = String(models.length);
  document.title = models.join(", ") + " – sparsestream";
}

function pass(kind, event) {
  if (frozen || !views.has(event.model)) {
    return;
  }
  if (kind === "frame" && views.get(event.model).isOfOther(event.architecture)) {
    renew(event.model);
  }
  views.get(event.model)[kind]?.(event);
  if (SHARED.includes(kind)) {
    shared.forEach((part) => part[kind]?.(event));
  }
}

/** The process was started again with other layers: what is drawn of each of them begins anew. */
function renew(name) {
  const before = views.get(name);
  ranges.forget(name);
  const view = new ModelView(name, before.index, limits, ranges);
  before.element.replaceWith(view.element);
  before.detail.replaceWith(view.detail);
  views.set(name, view);
  view.attached();
  view.allowControl(control);
  tabs.show([...views.keys()], views);
}

/** What the person is looking at, and how good that is. */
function connectionNow() {
  const since = lastNews === null ? "" : lastNews.toLocaleTimeString();
  const finished = views.size > 0 && [...views.values()].every((view) => view.isFinished());
  if (stream.state === "connecting") {
    return ["connecting", "neutral"];
  }
  if (stream.state === "disconnected") {
    if (finished) {
      return [`finished at ${since}`, "neutral"]; // there is nothing more to come
    }
    return [since === "" ? "disconnected" : `disconnected: this is ${since}`, "bad"];
  }
  if (lastNews !== null && Date.now() - lastNews > SILENT_MILLIS) {
    return [`no news since ${since}`, "warn"];
  }
  return frozen ? ["view frozen", "warn"] : ["live", "good"];
}

function tellConnection() {
  const [text, tone] = connectionNow();
  say(connection, text);
  connection.dataset.tone = tone;
  const connected = stream.state === "live" && !text.startsWith("no news");
  const over = text.startsWith("finished");
  document.documentElement.toggleAttribute("data-offline", stream.state === "disconnected"); // for the panels that explore
  document.body.classList.toggle("stale", stream.state === "disconnected" && !over);
  views.forEach((view) => view.connected(connected));
  story.connected(connected || over);
}

freeze.addEventListener("click", () => {
  frozen = !frozen;
  document.documentElement.toggleAttribute("data-frozen", frozen); // for the panels that explore
  say(freeze, frozen ? "Resume view" : "Freeze view");
  tellConnection();
});

/** Paper is light, and shows what is off screen, too. */
function print(now) {
  document.documentElement.toggleAttribute("data-print", now);
  forgetTheme();
  redraw(now);
}

function redraw(all) {
  [...shared, ...views.values()].forEach((part) => part.redraw?.(all));
}

addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));
// A page that nobody sees costs the trainer nothing.
document.addEventListener("visibilitychange", () => (document.hidden ? stream.close() : stream.open()));
onThemeChange(() => redraw(false));
setInterval(tellConnection, 1000);
stream.open();
