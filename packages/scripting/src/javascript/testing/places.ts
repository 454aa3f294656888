/** Where scripts run, and how many short visits that takes: all on threads of their own, or all first on the thread of the process. */
export const PLACES = [
  ['threads of its own', Number.POSITIVE_INFINITY],
  ['the thread of its process', 0],
] as const;
