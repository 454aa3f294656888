import { applyCall, type RegisterCall } from './register-history.ts';

/** States that are looked at for one document before the search is given up. */
const STATES_MAX = 5_000_000;

/** An event of a history in the order of time, in a list from which calls are taken out and put back. */
interface Event {
  readonly call: RegisterCall;
  readonly index: number;
  readonly isAnswer: boolean;
  answer: Event | undefined;
  previous: Event | undefined;
  next: Event | undefined;
}

export type Linearizability =
  | { readonly isLinearizable: true }
  /** The longest run of calls that has an order, and the call that fits nowhere behind it. */
  | { readonly isLinearizable: false; readonly ordered: number; readonly stuckAt: RegisterCall };

/**
 * Whether there is an order of the calls in which each has its effect at one moment between call and answer. Search of
 * Wing and Gong (1993) with the memory of Lowe (2017): the same set of calls that led to the same value is looked at once.
 * @param initial the value before the first call
 * @throws Error when the history is too entangled to be searched
 */
export function checkLinearizable(calls: readonly RegisterCall[], initial: number | null = null): Linearizability {
  const head = eventList(calls);
  const done = new Uint32Array(Math.ceil(calls.length / 32) || 1);
  const known = new Set<string>();
  const stack: { event: Event; value: number | null }[] = [];
  let value = initial;
  let at = head.next;
  let deepest = -1;
  let stuckAt = calls[0];
  while (head.next !== undefined) {
    if (at === undefined || at.isAnswer) {
      if (at !== undefined && at.call.outcome === 'unknown' && !hasCertain(head)) return { isLinearizable: true };
      if (stack.length > deepest) {
        deepest = stack.length;
        stuckAt = (at ?? head.next).call;
      }
      const last = stack.pop();
      if (last === undefined) return { isLinearizable: false, ordered: deepest, stuckAt };
      putBack(last.event);
      done[last.event.index >> 5] &= ~(1 << (last.event.index & 31));
      value = last.value;
      at = last.event.next;
      continue;
    }
    const after = applyCall(value, at.call);
    if (after !== undefined) {
      done[at.index >> 5] |= 1 << (at.index & 31);
      const state = `${done.join()} ${after}`;
      if (!known.has(state)) {
        if (known.size >= STATES_MAX) throw new Error(`more than ${STATES_MAX} states: too many calls at a time`);
        known.add(state);
        stack.push({ event: at, value });
        value = after;
        takeOut(at);
        at = head.next;
        continue;
      }
      done[at.index >> 5] &= ~(1 << (at.index & 31));
    }
    at = at.next;
  }
  return { isLinearizable: true };
}

/** Whether a call that certainly happened is still without a place. */
function hasCertain(head: Event): boolean {
  for (let event = head.next; event !== undefined; event = event.next)
    if (event.call.outcome !== 'unknown') return true;
  return false;
}

/** All events in the order of time; a call whose outcome nobody knows may happen until the end. */
function eventList(calls: readonly RegisterCall[]): Event {
  const events: { event: Event; time: number }[] = [];
  for (const [index, call] of calls.entries()) {
    const blank = { call, index, answer: undefined, previous: undefined, next: undefined };
    const answer: Event = { ...blank, isAnswer: true };
    const end = call.outcome === 'unknown' ? Number.POSITIVE_INFINITY : call.answeredAt;
    events.push({ event: { ...blank, isAnswer: false, answer }, time: call.calledAt }, { event: answer, time: end });
  }
  events.sort((a, b) => a.time - b.time || Number(a.event.isAnswer) - Number(b.event.isAnswer));
  const head: Event = {
    call: calls[0],
    index: -1,
    isAnswer: false,
    answer: undefined,
    previous: undefined,
    next: undefined,
  };
  let last = head;
  for (const { event } of events) {
    last.next = event;
    event.previous = last;
    last = event;
  }
  return head;
}

function takeOut(event: Event): void {
  for (const one of [event, event.answer!]) {
    one.previous!.next = one.next;
    if (one.next !== undefined) one.next.previous = one.previous;
  }
}

/** In the opposite order of taking out, so that both find their neighbours. */
function putBack(event: Event): void {
  for (const one of [event.answer!, event]) {
    one.previous!.next = one;
    if (one.next !== undefined) one.next.previous = one;
  }
}
