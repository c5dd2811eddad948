import { environment } from './data/environment';
import { closeExpiredViews } from './data/view-as';

const VIEWS_EVERY_MS = 60_000;

// A wrong variable ends the server at its start, with its name, and not at the first request.
try {
  environment();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

// A view as a tenant ends by itself; the audit says so even where the browser is closed by then.
setInterval(() => {
  // Without the database there is nothing to end; the next look finds it.
  closeExpiredViews().catch(() => {});
}, VIEWS_EVERY_MS).unref();
