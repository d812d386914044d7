// Server-sent events, and whether they come. The browser connects again by itself after a cut; not after a refusal.

const RETRY_MILLIS = 2000;
const KINDS = ["hello", "frame", "look", "inputs", "history", "distributions", "filters"];

export class LiveStream {
  #url;
  #handlers;
  #source = null;
  #retry = null;
  state = "connecting"; // or live, or disconnected

  /** @param handlers by kind of event, and `state` and `news` */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  open() {
    if (this.#source !== null) {
      return;
    }
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onopen = () => this.#become("live");
    source.onerror = () => {
      this.#become("disconnected");
      if (source.readyState === EventSource.CLOSED) {
        this.close();
        this.#retry = setTimeout(() => this.open(), RETRY_MILLIS);
      }
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        this.#handlers[kind](JSON.parse(event.data));
        this.#handlers.news();
      });
    }
  }

  close() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  #become(state) {
    this.state = state;
    this.#handlers.state();
  }
}
