import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call } from '../testing/call.ts';

function codes(name: string, expected: Readonly<Record<string, string>>): void {
  for (const [word, code] of Object.entries(expected)) assert.equal(call(name, [word]), code, word);
}

/** Words of a line that must share one code. */
function alike(name: string, ...lines: string[]): void {
  for (const line of lines) {
    const words = line.split(' ');
    const found = new Set(words.map((word) => call(name, [word])));
    assert.equal(found.size, 1, `${name} of ${line}: ${[...found].join(' ')}`);
  }
}

describe('phonetic codes', () => {
  it('SOUNDEX gives the codes of the National Archives', () =>
    codes('SOUNDEX', {
      ...{ Washington: 'W252', Lee: 'L000', Gutierrez: 'G362', Pfister: 'P236', Jackson: 'J250', Tymczak: 'T522' },
      ...{
        Ashcraft: 'A261',
        Robert: 'R163',
        Rupert: 'R163',
        Rubin: 'R150',
        Honeyman: 'H555',
        'O’Hara': 'O600',
        Peña: 'P000',
        Élan: 'L500',
        Strauß: 'S362',
        '': '',
      },
    }));

  it('SOUNDEX takes an unknown locale for en', () => {
    assert.equal(call('SOUNDEX', ['Meyer', 'de']), '67');
    for (const locale of ['en', 'DE', 'xx', '']) assert.equal(call('SOUNDEX', ['Meyer', locale]), 'M600');
  });

  it('COLOGNE gives the codes of the published rules', () =>
    codes('COLOGNE', {
      ...{ 'Müller-Lüdenscheidt': '65752682', Wikipedia: '3412', Breschnew: '17863', Heinz: '068', Acht: '042' },
      ...{ Christian: '47826', Xaver: '4837', Axel: '0485', Matsch: '68', Philipp: '351', H: '', '': '' },
    }));

  it('CAVERPHONE gives the codes of its author’s paper', () =>
    codes('CAVERPHONE', {
      ...{
        Lee: 'LA11111111',
        Thompson: 'TMPSN11111',
        Henrichsen: 'ANRKSN1111',
        Peter: 'PTA1111111',
        add: 'AT11111111',
      },
      ...{ Stevenson: 'STFNSN1111', Whittle: 'WTA1111111', '': '1111111111' },
    }));

  it('NYSIIS gives codes of any length', () =>
    codes('NYSIIS', {
      ...{ Johnson: 'JANSAN', Mitchell: 'MATCAL', Knight: 'NAGT', Wheeler: 'WALAR', Ashley: 'ASLY', Lee: 'LY', '': '' },
      ...{ Macintosh: 'MCANT', Phillipson: 'FALAPSAN', Schmidt: 'SNAD' },
    }));

  it('METAPHONE gives consonants as they sound', () =>
    codes('METAPHONE', {
      Knight: 'NT',
      Thumb: '0M',
      Church: 'XRX',
      Badge: 'BJ',
      Vision: 'FXN',
      Xavier: 'SFR',
      Aeon: 'EN',
    }));

  it('DOUBLE_METAPHONE gives two codes of at most four characters', () => {
    assert.deepEqual(call('DOUBLE_METAPHONE', ['Smith']), ['SM0', 'XMT']);
    assert.deepEqual(call('DOUBLE_METAPHONE', ['Constantinople']), ['KNST', 'KNST']);
    for (const [word, codes] of Object.entries({
      Garcia: ['KRS', 'KRX'],
      social: ['SSL', 'SXL'],
      Focaccia: ['FKX', 'FKX'],
      psychology: ['SXLJ', 'SKLK'],
      energy: ['ANRJ', 'ANRK'],
      Jose: ['HS', 'HS'],
      Czech: ['SK', 'XK'],
      Wicz: ['ATS', 'FFX'],
    })) {
      assert.deepEqual(call('DOUBLE_METAPHONE', [word]), codes, word);
    }
  });

  it('give the spellings of one name one code, in each language', () => {
    alike('SOUNDEX_FR', 'Dupont Dupond Dupon', 'Philippe Filipe', 'Martin Martins');
    alike(
      'SOUNDEX_ES',
      'González Gonzales Gonsalez',
      'Jiménez Giménez Ximenez',
      'Vázquez Básquez',
      'Hernández Ernandes',
    );
    alike('SOUNDEX_IT', 'Chiara Kiara', 'Rossi Rosi', 'Giovanni Giovani');
    alike('SOUNDEX_PT', 'Sousa Souza', 'Luís Luiz', 'Mello Melo', 'Gonçalves Gonsalves');
    alike('SOUNDEX_NL', 'Meijer Meyer Meier', 'Jansen Janssen Janszen', 'Dijk Dyk', 'Visser Fisser');
    alike('SOUNDEX_EL', 'Παπαδόπουλος Παπαδοπουλος Papadopoulos', 'Γιώργος Γιωργος');
    alike('SOUNDEX_JA', 'たなか タナカ Tanaka', 'さとう サトウ Sato Satō', 'しょうじ Shoji', 'ふじ フジ Fuji');
  });

  it('never fail and have one form, whatever the text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.match(call('SOUNDEX', [text]) as string, /^(?:[A-Z]\d{3})?$/);
        assert.match(call('COLOGNE', [text]) as string, /^\d*$/);
        assert.match(call('CAVERPHONE', [text]) as string, /^[A-Z1]{10}$/);
        for (const language of ['FR', 'ES', 'IT', 'PT', 'NL', 'EL', 'JA']) {
          assert.match(call(`SOUNDEX_${language}`, [text]) as string, /^(?:[A-Z]\d{3})?$/);
        }
        for (const name of ['NYSIIS', 'METAPHONE', 'DOUBLE_METAPHONE']) call(name, [text]);
      }),
    ));
});
