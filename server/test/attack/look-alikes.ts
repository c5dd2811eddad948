/** Texts that look like `acme`, or become it where somebody normalises, folds case or drops what cannot be seen. */
export const LIKE_ACME: readonly string[] = [
  // Full width, mathematical, superscript: NFKC makes ASCII of them.
  ...['\uff41\uff43\uff4d\uff45', 'a\uff43me', '\u{1d4b6}cme', '\u{1d41a}\u{1d41c}\u{1d426}\u{1d41e}', '\u1d43cme'],
  // Homoglyphs of Cyrillic, Greek, Armenian and Cherokee.
  ...['\u0430cme', 'a\u0441me', 'acm\u0435', '\u03b1cme', 'ac\u217ce', '\uabafcme'],
  // Composed and decomposed accents, and marks that fonts draw badly.
  ...['\u00e1cme', 'a\u0301cme', 'acm\u0115', 'acme\u0306', 'a\u0338cme'],
  // Nothing to see.
  ...[
    'ac\u200bme',
    'ac\u00adme',
    'acme\u200d',
    '\ufeffacme',
    'acme\u2060',
    '\u202eacme',
    'acme\ufe0f',
    'acme\u{e0061}',
  ],
  // Made shorter by whoever trims, or cuts at NUL.
  ...[' acme', 'acme ', 'acme\0', 'acme\u00a0', 'acme\u3000', 'acme\u0085'],
];

/** Each pair is one text to a reader, to Unicode, or to a file system that is kind; never to the cache. */
export const TWINS: readonly (readonly [string, string])[] = [
  ['caf\u00e9', 'cafe\u0301'],
  ['\u212b', '\u00c5'],
  ['\u1e9b\u0323', '\u1e69'],
  ['\ud55c', '\u1112\u1161\u11ab'],
  ['\ufb01le', 'file'],
  ['BTC', 'btc'],
  ['\uff22\uff34\uff23', 'BTC'],
  ['\u0412TC', 'BTC'],
  ['\u212a', 'K'],
  ['stra\u00dfe', 'strasse'],
  ['\u0130', 'I'],
  ['key', 'key '],
  ['key', 'ke\u200by'],
  ['a/b', 'a\u2215b'],
  ['1', '\u0661'],
  ['%41', 'A'],
];
