import { type Attempt, SignInAttempts, TRIES } from './sign-in-attempts';

const TRIES_PER_ADDRESS = 50;
const TRIES_PER_ACCOUNT = 100;

export interface Try {
  readonly email: string;
  /** Of the cookie that a sign-in to this very account left in the browser; undefined for a browser without one. */
  readonly deviceId: string | undefined;
  /** As a trusted proxy says, grouped; undefined without one. */
  readonly address: string | undefined;
}

interface Counter {
  readonly attempts: SignInAttempts;
  readonly key: string;
  /** Whether a right password forgets the count or gives back its own try only. */
  readonly shared: boolean;
}

/**
 * Who may try a password. A browser that has signed in to the account before has its own count, which no other browser
 * can use up. All others are counted by account and address, by address, and by account: guessing pauses them, and
 * whoever shares their address, and never a browser that is known.
 */
export class SignInLimits {
  readonly #devices = new SignInAttempts(TRIES);
  readonly #pairs = new SignInAttempts(TRIES);
  readonly #addresses = new SignInAttempts(TRIES_PER_ADDRESS);
  readonly #accounts = new SignInAttempts(TRIES_PER_ACCOUNT);

  /** The strictest of the counts that hold for it. */
  begin(wanted: Try, nowMs: number): Attempt {
    let triesLeft = TRIES;
    for (const { attempts, key } of this.#countersOf(wanted)) {
      const attempt = attempts.begin(key, nowMs);
      if (!attempt.allowed) return attempt;
      triesLeft = Math.min(triesLeft, attempt.triesLeft);
    }
    return { allowed: true, triesLeft };
  }

  /** The password was right. */
  succeeded(wanted: Try): void {
    for (const { attempts, key, shared } of this.#countersOf(wanted)) {
      if (shared) attempts.giveBack(key);
      else attempts.succeeded(key);
    }
  }

  #countersOf({ email, deviceId, address }: Try): Counter[] {
    if (deviceId !== undefined) return [{ attempts: this.#devices, key: `${email}\n${deviceId}`, shared: false }];
    const pair = { attempts: this.#pairs, key: `${email}\n${address ?? 'anywhere'}`, shared: false };
    if (address === undefined) return [pair];
    return [
      pair,
      { attempts: this.#addresses, key: address, shared: true },
      { attempts: this.#accounts, key: email, shared: true },
    ];
  }
}
