/** RFC 9457 answer of a handler or the proxy, which no cache keeps. */
export function problem(status: number, title: string): Response {
  return Response.json(
    { type: 'about:blank', status, title },
    { status, headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' } },
  );
}

/** JSON that no cache keeps: every answer depends on who asks. */
export function json(body: unknown): Response {
  return Response.json(body, { headers: { 'Cache-Control': 'private, no-store' } });
}
