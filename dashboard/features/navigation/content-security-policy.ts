/** The stylesheet that the toaster puts into the page as text; a test compares the hash with the installed version. */
export const TOASTER_STYLE_HASH = 'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY=';

/** The toaster puts its style element into the page empty, and fills it then. */
const EMPTY_STYLE_HASH = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/**
 * Scripts run by nonce only. Style elements come from here or by nonce; style attributes are allowed, because bars and
 * charts carry their measures in them. Fonts are embedded as data. Nobody may frame a page.
 */
export function contentSecurityPolicy(nonce: string, development: boolean): string {
  const scripts = development ? " 'unsafe-eval'" : '';
  // The development server reloads styles through style elements without a nonce.
  const styles = development
    ? "'self' 'unsafe-inline'"
    : `'self' 'nonce-${nonce}' '${TOASTER_STYLE_HASH}' '${EMPTY_STYLE_HASH}'`;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${scripts}`,
    `style-src ${styles}`,
    `style-src-elem ${styles}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
