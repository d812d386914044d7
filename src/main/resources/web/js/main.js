// The page: one view per model, fed by the server's events.
import { LiveStream } from "./live.js";
import { ModelView } from "./model-view.js";
import { onThemeChange } from "./colors.js";

const main = document.getElementById("models");
const connection = document.getElementById("connection");
const pause = document.getElementById("pause");

const views = new Map();
const ranges = new Map(); // the charts of all models share their scales, so that they can be compared
let limits = null;
let control = false; // whether the server lets the page steer
let run = null;
let paused = false;
let lastNews = null; // Date of the newest event

const stream = new LiveStream("live", {
  hello(hello) {
    limits = hello.limits;
    control = hello.control;
    const restarted = run !== null && run !== hello.run;
    run = hello.run;
    show(hello.models);
    if (restarted) {
      views.forEach((view) => view.restarted());
    }
  },
  frame: (event) => pass("frame", event),
  digits: (event) => pass("digits", event),
  history: (event) => pass("history", event),
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
      view.element.remove();
      views.delete(name);
    }
  }
  for (const name of models) {
    if (!views.has(name)) {
      const view = new ModelView(name, limits, ranges);
      views.set(name, view);
      main.append(view.element);
      view.attached(control);
    }
  }
  main.dataset.models = String(models.length);
  document.title = models.join(", ") + " – sparsestream";
}

function pass(kind, event) {
  if (!paused) {
    views.get(event.model)?.[kind](event);
  }
}

function tellConnection() {
  let state = stream.state;
  if (state === "live" && lastNews && Date.now() - lastNews > 4000) {
    state = "silent";
  }
  const since = lastNews === null ? "" : lastNews.toLocaleTimeString();
  const text = {
    connecting: "connecting",
    live: "live",
    silent: `no news since ${since}`,
    disconnected: since === "" ? "disconnected" : `disconnected: this is ${since}`,
  }[state];
  main.classList.toggle("stale", state === "disconnected" || state === "silent");
  const shown = paused && state === "live" ? "paused" : text;
  if (connection.textContent !== shown) {
    connection.textContent = shown;
    connection.dataset.state = paused && state === "live" ? "paused" : state;
  }
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  tellConnection();
});

// A page that nobody sees costs the trainer nothing.
document.addEventListener("visibilitychange", () => (document.hidden ? stream.close() : stream.open()));
onThemeChange(() => views.forEach((view) => view.redraw()));
setInterval(tellConnection, 1000);
stream.open();
