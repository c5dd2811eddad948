// @ts-check

/** Why a test of the suite is not passed on purpose. @type {Record<string, string>} */
export const REASONS = {
  'headers-store-Set-Cookie': 'A cookie is for one client: it is never stored, whatever the response says',
  'headers-store-Set-Cookie2': 'As Set-Cookie',
  'conditional-lm-fresh-no-lm':
    'The test asks for a 304 to an If-Modified-Since before the Date of the response; RFC 9110, 13.1.3 says 200',
  'vary-normalise-lang-order': 'The order of languages is a preference to many servers: two orders are two variants',
  'vary-normalise-lang-select':
    'Variants are found by what was asked for, not by guessing what the origin would choose',
  'method-POST': 'What a POST answers is not kept: a page that a form made is seldom what the address shows to others',
  ...Object.fromEntries(
    [
      'partial-store-partial-reuse-partial',
      'partial-store-partial-reuse-partial-byterange',
      'partial-store-partial-reuse-partial-absent',
      'partial-store-partial-reuse-partial-suffix',
      'partial-store-partial-complete',
    ].map((id) => [id, 'Parts are not kept: responses are stored whole or not at all']),
  ),
};
