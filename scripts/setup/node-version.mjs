// @ts-check
// Imports nothing and uses old syntax only, because its reader may be a Node that can do no more.

const NEEDED_MAJOR = 20;
const NEEDED_MINOR = 19;

/** @param {string} version such as '20.19.0' */
export function isSupported(version) {
  const parts = version.split('.').map(Number);
  const major = parts[0] || 0;
  const minor = parts[1] || 0;
  return major > NEEDED_MAJOR || (major === NEEDED_MAJOR && minor >= NEEDED_MINOR);
}

/** Ends the process with one sentence where Node is too old. */
export function requireSupportedNode() {
  if (isSupported(process.versions.node)) return;
  console.error(
    `Node ${process.versions.node} is too old: install Node ${NEEDED_MAJOR}.${NEEDED_MINOR} or newer (https://nodejs.org) and run the command again.`,
  );
  process.exit(1);
}
