/** What a node of a Cluster answers instead of running a command: nothing has happened. */
export class Redirection {
  constructor(
    readonly kind: 'moved' | 'ask' | 'try-again',
    /** `host:port`; without a host the one that was asked. */
    readonly address: string,
  ) {}
}

/** @throws what is no redirection */
export function redirectionOf(error: unknown): Redirection {
  if (error instanceof Error && error.name === 'ReplyError') {
    const [word, , address = ''] = error.message.split(' ');
    if (word === 'MOVED') return new Redirection('moved', address);
    if (word === 'ASK') return new Redirection('ask', address);
    if (word === 'TRYAGAIN') return new Redirection('try-again', '');
  }
  throw error;
}
