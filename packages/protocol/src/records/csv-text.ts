const NEEDS_QUOTES = /["\r\n]/;

/**
 * One line of CSV (RFC 4180) with its line end. A field with the delimiter, a quote, a line end or spaces at its ends
 * is quoted; so is an empty single field, which would be an empty line otherwise.
 */
export function csvLine(fields: readonly string[], delimiter = ','): string {
  if (fields.length === 1 && fields[0] === '') return '""\r\n';
  return `${fields.map((field) => csvField(field, delimiter)).join(delimiter)}\r\n`;
}

function csvField(field: string, delimiter: string): string {
  const quoted = NEEDS_QUOTES.test(field) || field.includes(delimiter) || field !== field.trim();
  return quoted ? `"${field.replaceAll('"', '""')}"` : field;
}
