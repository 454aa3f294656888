/** A field of a stored document, as the JavaScript that reads it. Each piece is to be used once, at the place where it is asked for. */
export interface StoredField {
  /** Two arguments: bytes, and where the value begins in them; negative when there is none. */
  place(): string;
  /** Its value; null when there is none. */
  value(): string;
  /** Whether a test of the value holds; `test` gives it for a place. It must see nothing of the row and never throw. */
  test(test: (place: string) => string): string;
  /** As `test`, for a comparison by a JavaScript operator where both sides are doubles; `limit` is NaN where it is none. */
  compare(operator: string, limit: () => string, test: (place: string) => string): string;
  /** A statement that writes the value; nil when there is none. */
  copyTo(writer: string): string;
  /**
   * For rows whose value has a code: what a `CodeGroups` held by the constant `groups` has for it, as code that can be read
   * and assigned where `isCoded` holds. Undefined where there are no codes.
   */
  byCode(groups: string): { readonly isCoded: string; readonly group: string } | undefined;
}
