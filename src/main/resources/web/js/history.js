// Points over the steps. The server keeps those of its process; what a restarted one cannot know any more, the page
// still does: its older points stay in front of the new ones.

export class History {
  #before = null;
  #now = null;
  #awaited = false; // a restart, of which no step is known yet
  restarts = []; // first step of each process after the first that was seen

  restarted() {
    this.#before = this.#joined();
    this.#awaited = this.#before !== null;
    this.#now = null;
  }

  replace(points) {
    if (points.steps.length === 0) {
      return; // a process that has made too few steps for a point
    }
    if (this.#awaited && points.first !== undefined) {
      // Not the first of the points: the server may have put the model's past in front of what the process itself did.
      this.#awaited = false;
      this.restarts = this.restarts.filter((step) => step < points.first);
      this.restarts.push(points.first);
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
    const stride = Math.max(this.#before.stride, this.#now.stride);
    const before = coarser(this.#before, stride);
    const now = coarser(this.#now, stride);
    const end = before.steps.findIndex((step) => step >= this.#now.steps[0]);
    const kept = end < 0 ? before.steps.length : end;
    const join = (old, fresh) => old.slice(0, kept).concat(fresh);
    const joinAll = (old, fresh) =>
      Object.fromEntries(Object.keys(fresh).map((name) => [name, join(old[name] ?? [], fresh[name])]));
    return {
      steps: join(before.steps, now.steps),
      loss: joinAll(before.loss, now.loss),
      recent: joinAll(before.recent, now.recent),
      active: joinAll(before.active, now.active),
      stride,
    };
  }
}

/** Points of more steps each, so that a curve is as smooth in all its parts; what fills no point is left out. */
function coarser({ steps, loss, recent, active, stride }, to) {
  const group = Math.max(1, Math.round(to / stride));
  const length = Math.floor(steps.length / group);
  const last = (list) => Array.from({ length }, (_, i) => list[(i + 1) * group - 1]);
  const mean = (list) =>
    Array.from({ length }, (_, i) => list.slice(i * group, (i + 1) * group).reduce((sum, each) => sum + each, 0) / group);
  const each = (lists, of) => Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, of(list)]));
  return { steps: last(steps), loss: each(loss, mean), recent: each(recent, last), active: each(active, last) };
}
