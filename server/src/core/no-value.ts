/** What a factory answers that has neither a value nor an error: nothing is stored, and who waits for it asks anew. */
export const NO_VALUE = Symbol('no value');
