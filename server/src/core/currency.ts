/** ISO 4217, list one: the currencies whose minor unit is not a hundredth. */
const MINOR_DIGITS: Readonly<Record<string, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

/** Decimals of the smallest amount of a currency, by its three letters: 2 for EUR, 0 for JPY. */
export function minorDigitsOf(currency: string): number {
  const found = Object.entries(MINOR_DIGITS).find(([, codes]) => codes.split(' ').includes(currency));
  return found === undefined ? 2 : Number(found[0]);
}
