/** Long names of general categories (Unicode Standard Annex 44), in small letters without underscores. */
const CATEGORIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ other: 'C', control: 'Cc', format: 'Cf', privateuse: 'Co', surrogate: 'Cs' },
    ...{ letter: 'L', lowercaseletter: 'Ll', modifierletter: 'Lm', otherletter: 'Lo', titlecaseletter: 'Lt' },
    ...{ uppercaseletter: 'Lu', mark: 'M', spacingmark: 'Mc', enclosingmark: 'Me', nonspacingmark: 'Mn' },
    ...{ number: 'N', decimalnumber: 'Nd', letternumber: 'Nl', othernumber: 'No', punctuation: 'P' },
    ...{ connectorpunctuation: 'Pc', dashpunctuation: 'Pd', closepunctuation: 'Pe', finalpunctuation: 'Pf' },
    ...{ initialpunctuation: 'Pi', otherpunctuation: 'Po', openpunctuation: 'Ps', symbol: 'S' },
    ...{ currencysymbol: 'Sc', modifiersymbol: 'Sk', mathsymbol: 'Sm', othersymbol: 'So' },
    ...{ separator: 'Z', lineseparator: 'Zl', paragraphseparator: 'Zp', spaceseparator: 'Zs' },
  }),
);

/** What stands between `\p{` and `}` as the engine knows it: `Letter` is `L`, `Script=Greek` is `Greek`. */
export function propertyName(written: string): string {
  const name = written.replace(/^(?:general_?category|gc|script|sc)[=:]/i, '');
  return CATEGORIES.get(name.toLowerCase().replace(/[_\s]/g, '')) ?? name;
}

/** A script's name as expressions with the flag `v` want it; undefined for a property that is no script. */
export function scriptOf(name: string): string | undefined {
  const script = `Script=${name}`;
  try {
    new RegExp(`\\p{${script}}`, 'v');
    return script;
  } catch {
    return undefined;
  }
}
