/** Where scripts run, and what has them run there: all on threads of their own, or all on the thread of the process until they take a second. */
export const PLACES = [
  ['threads of its own', { shortVisits: Number.POSITIVE_INFINITY }],
  ['the thread of its process', { shortVisits: 0, directVisitMaxMs: 1_000 }],
] as const;
