const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether a text is padded base64. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && ALPHABET.test(text);
}
