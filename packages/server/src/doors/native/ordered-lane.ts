import type { Reply, Request, RequestId } from '@cairn/protocol/internal';

interface Slot {
  readonly request: Request;
  readonly sizeBytes: number;
  readonly overlaps: boolean;
  started: boolean;
  reply: Reply | undefined;
}

export interface LaneHost {
  run(request: Request): Reply | Promise<Reply>;
  /** May it begin while others of its kind before it still run? */
  overlaps(request: Request): boolean;
  /** Are there answers enough that the client has not taken yet? Then nothing more begins until `goOn`. */
  readonly isUnread: boolean;
  /** The reply to the oldest request that has not been answered. */
  answer(reply: Reply, rid: RequestId | undefined, sizeBytes: number): void;
  /** A reply came in later than its request: the turn in which it happened ends with this. */
  settled(): void;
}

/**
 * Requests that are answered in the order in which they came. One runs at a time, so that each sees what those before
 * it did; writes that keep their order by themselves run together and share a group commit.
 */
export class OrderedLane {
  readonly #host: LaneHost;
  readonly #slots: Slot[] = [];
  /** Requests that have begun and not ended, and how many of these overlap. */
  #running = 0;
  #runningOverlapping = 0;
  /** Slots before this one have begun. */
  #next = 0;

  constructor(host: LaneHost) {
    this.#host = host;
  }

  add(request: Request, sizeBytes: number): void {
    if (this.#slots.length === 0 && !this.#host.isUnread) {
      // The usual case: nothing before it, and an answer at once.
      const reply = this.#host.run(request);
      if (!(reply instanceof Promise)) {
        this.#host.answer(reply, request.rid, sizeBytes);
        return;
      }
      const slot = this.#append(request, sizeBytes);
      slot.started = true;
      this.#next = 1;
      this.#wait(slot, reply);
      return;
    }
    this.#append(request, sizeBytes);
    this.#advance();
  }

  /** The client has taken what it had been answered. */
  goOn(): void {
    if (this.#slots.length > 0) this.#advance();
  }

  /** A reply that needs no running, in its place. */
  addAnswered(reply: Reply, request: Request, sizeBytes: number): void {
    const slot = this.#append(request, sizeBytes);
    slot.reply = reply;
    this.#advance();
  }

  #append(request: Request, sizeBytes: number): Slot {
    const overlaps = this.#host.overlaps(request);
    const slot: Slot = { request, sizeBytes, overlaps, started: false, reply: undefined };
    this.#slots.push(slot);
    return slot;
  }

  #advance(): void {
    while (this.#next < this.#slots.length && this.#mayStart(this.#slots[this.#next]!)) {
      const slot = this.#slots[this.#next++]!;
      if (slot.reply !== undefined) continue;
      slot.started = true;
      const reply = this.#host.run(slot.request);
      if (reply instanceof Promise) this.#wait(slot, reply);
      else slot.reply = reply;
    }
    this.#answerHeads();
  }

  #mayStart(slot: Slot): boolean {
    if (slot.reply !== undefined) return true;
    if (this.#host.isUnread) return false;
    if (this.#running === 0) return true;
    return slot.overlaps && this.#running === this.#runningOverlapping;
  }

  #wait(slot: Slot, reply: Promise<Reply>): void {
    this.#running++;
    if (slot.overlaps) this.#runningOverlapping++;
    void reply.then((answer) => {
      slot.reply = answer;
      this.#running--;
      if (slot.overlaps) this.#runningOverlapping--;
      this.#advance();
      this.#host.settled();
    });
  }

  #answerHeads(): void {
    let answered = 0;
    while (answered < this.#slots.length) {
      const { reply, request, sizeBytes } = this.#slots[answered]!;
      if (reply === undefined) break;
      answered++;
      this.#host.answer(reply, request.rid, sizeBytes);
    }
    if (answered === 0) return;
    this.#slots.splice(0, answered);
    this.#next -= answered;
  }
}
