/** Where a request came in: `inside` is a caller in this process. The list bounds the labels of metrics. */
export const DOORS = ['native', 'http', 'unix', 'script', 'inside'] as const;
export type Door = (typeof DOORS)[number];
