/**
 * Keys and ranges that a serializable transaction remembers of its reads. Beyond, those of a collection or an index are
 * joined to one range: the transaction may then be refused when it need not be, never the other way round.
 */
export const READ_ITEMS_MAX = 10_000;
/** What a remembered key or range takes in memory, bytes, about. */
export const READ_ITEM_BYTES = 200;
