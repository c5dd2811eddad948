import { environment } from './data/environment';

// A wrong variable ends the server at its start, with its name, and not at the first request.
try {
  environment();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
