/** A master as one node of the Cluster knows it. */
export interface MasterClaim {
  /** `host:port` */
  readonly address: string;
  /** Of two claims to a slot that of the greater epoch holds. */
  readonly epoch: number;
  readonly failed: boolean;
  /** Both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
}

export interface ClusterView {
  readonly masters: readonly MasterClaim[];
  readonly replicas: readonly { readonly address: string; readonly of: string }[];
}

/** How the addresses that nodes announce are to be understood here. */
export interface Naming {
  /** Whether a node's host name is preferred to its address. */
  readonly hostnames: boolean;
  mapped(address: string): string;
}

/**
 * Reads an answer of CLUSTER NODES, which alone tells the epochs.
 * @param asked the node that answered: it may not know its own address
 */
export function parseClusterNodes(text: string, asked: string, naming: Naming): ClusterView {
  const lines = text.split('\n').filter((line) => line !== '');
  const addresses = new Map<string, string>();
  for (const line of lines) {
    const [id, place] = line.split(' ') as [string, string];
    const address = addressOf(place, naming.hostnames);
    const unknown = address.startsWith(':') && line.includes('myself');
    addresses.set(id, unknown ? asked.slice(0, asked.lastIndexOf(':')) + address : naming.mapped(address));
  }
  const masters: MasterClaim[] = [];
  const replicas: { address: string; of: string }[] = [];
  for (const line of lines) {
    const [id, , flagText, master, , , epoch, , ...slots] = line.split(' ') as [string, string, string, ...string[]];
    const flags = flagText.split(',');
    const address = addresses.get(id) as string;
    if (flags.includes('noaddr') || flags.includes('handshake') || address.startsWith(':')) continue;
    if (!flags.includes('master')) replicas.push({ address, of: addresses.get(master as string) ?? '' });
    else masters.push({ address, epoch: Number(epoch), failed: flags.includes('fail'), ranges: slots.flatMap(range) });
  }
  return { masters, replicas };
}

/** `ip:port@bus-port`, and with it a host name where one is announced: what a certificate may be for. */
function addressOf(place: string, hostnames: boolean): string {
  const [socket, hostname] = place.split(',') as [string, string?];
  const address = socket.split('@')[0] as string;
  return hostnames && hostname ? hostname + address.slice(address.lastIndexOf(':')) : address;
}

/** Slots on their way, `[slot->-id]` and `[slot-<-id]`, are still their owner's. */
function range(text: string): [number, number][] {
  if (text.startsWith('[')) return [];
  const [first, last = first] = text.split('-').map(Number) as [number, number?];
  return [[first, last]];
}
