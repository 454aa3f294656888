/** Below this share of a collection, fetching by key beats reading every block; a fetch costs some 50 scanned records. */
const FETCH_SHARE = 1 / 50;
/** Documents that are always fetched by key before a scan is thought of. */
const FETCH_MIN = 256;

/** Documents that are fetched by key before a scan of the rest takes over. */
export function fetchesMax(documentCount: number): number {
  return Math.max(FETCH_MIN, documentCount * FETCH_SHARE);
}
