import { Router } from 'express';
import { z } from 'zod';
import type { Requires } from '../access/requires.js';
import { SIGNAL_TIMEFRAMES, type SignalBoard } from '../signals.js';

const path = z.object({ symbol: z.string().regex(/^[A-Z0-9]{2,20}$/, 'must be a symbol such as BTCUSDT') });
const query = z.object({
  timeframe: z.enum(SIGNAL_TIMEFRAMES, `must be one of ${SIGNAL_TIMEFRAMES.join(', ')}`).default('1h'),
});

export function signalRoutes(signals: SignalBoard, requires: Requires): Router {
  const router = Router();

  router.get('/signals/:symbol', requires('signal:read'), async (request, response) => {
    const { symbol } = path.parse(request.params);
    const { timeframe } = query.parse(request.query);
    response.json(await signals.read(request.tenantCache, symbol, timeframe));
  });

  return router;
}
