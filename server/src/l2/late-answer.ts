/** Takes the answer of an attempt, and returns it. */
export type Hear<T> = (answer: Promise<T>) => Promise<T>;

/**
 * Sends a call whose answer is heard even where it comes after the caller was told that there is none: what the server did
 * is done. @param send hands the answer of each attempt to `hear`
 */
export async function hearLate<T, R>(send: (hear: Hear<T>) => Promise<R>, onLate: (answer: T) => void): Promise<R> {
  let givenUp = false;
  const hear: Hear<T> = (answer) => {
    // Of a call that fails the caller hears by itself, and of a late one that fails there is nothing to count.
    answer.then((late) => givenUp && onLate(late)).catch(noop);
    return answer;
  };
  try {
    return await send(hear);
  } catch (error) {
    givenUp = true;
    throw error;
  }
}

function noop(): void {}
