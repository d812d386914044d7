// Points over the steps. The server keeps those of its process; what a restarted one cannot know any more, the page
// still does: its older points stay in front of the new ones.

export class History {
  #before = null;
  #now = null;
  restarts = []; // first step of each process after the first that was seen

  restarted() {
    this.#before = this.#joined();
    this.#now = null;
  }

  replace(points) {
    if (this.#now === null && this.#before !== null) {
      this.restarts = this.restarts.filter((step) => step < points.steps[0]);
      this.restarts.push(points.steps[0]);
    }
    this.#now = points;
  }

  /** Null before the first points. */
  points() {
    return this.#joined();
  }

  #joined() {
    if (this.#before === null || this.#now === null) {
      return this.#now ?? this.#before;
    }
    // Steps from the restart on were undone with the old process, and made again.
    const first = this.#now.steps[0];
    const end = this.#before.steps.findIndex((step) => step >= first);
    const kept = end < 0 ? this.#before.steps.length : end;
    const join = (old, fresh) => old.slice(0, kept).concat(fresh);
    const joinAll = (old, fresh) =>
      Object.fromEntries(Object.keys(fresh).map((name) => [name, join(old[name] ?? [], fresh[name])]));
    return {
      steps: join(this.#before.steps, this.#now.steps),
      loss: joinAll(this.#before.loss, this.#now.loss),
      recent: joinAll(this.#before.recent, this.#now.recent),
      stride: this.#now.stride,
    };
  }
}
