import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { environmentOrExit, port } from './read-environment.js';
import { createExchangeServer } from './simulator/exchange-server.js';

const environment = environmentOrExit(
  z.object({
    SIMULATOR_PORT: port.default(8090),
    HOST: z.string().default('127.0.0.1'),
    SIMULATOR_SEED: z.coerce.number().int().default(2026),
    SIMULATOR_LATENCY_MIN_MS: z.coerce.number().min(0).default(20),
    SIMULATOR_LATENCY_MAX_MS: z.coerce.number().min(0).default(60),
    SIMULATOR_WEIGHT_PER_MINUTE: z.coerce.number().int().min(1).default(6_000),
  }),
);

const server = createExchangeServer({
  seed: environment.SIMULATOR_SEED,
  latencyMs: [environment.SIMULATOR_LATENCY_MIN_MS, environment.SIMULATOR_LATENCY_MAX_MS],
  weightPerMinute: environment.SIMULATOR_WEIGHT_PER_MINUTE,
});

server.on('error', (error) => {
  process.stderr.write(`The exchange simulator cannot listen: ${error.message}\n`);
  process.exit(1);
});
server.listen(environment.SIMULATOR_PORT, environment.HOST, () => {
  const { address, port: actual } = server.address() as AddressInfo;
  process.stdout.write(`Exchange simulator http://${address}:${actual}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
}
