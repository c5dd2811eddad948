/** The two that Prometheus asks for: its text format 0.0.4, and OpenMetrics 1.0, which alone has exemplars. */
export type Format = 'text' | 'openmetrics';

/** By RFC 9110, 12.5.1: what is asked for more, in doubt the text format, which every scraper reads. */
export function acceptedFormat(accept: string | undefined): Format {
  if (accept === undefined) return 'text';
  let openMetrics = 0;
  let text = 0;
  for (const range of accept.slice(0, 1_024).split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const parameter = (name: string) => parameters.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
    const quality = weight(parameter('q'));
    const version = parameter('version')?.replaceAll('"', '');
    if (type === 'application/openmetrics-text') {
      if (version === undefined || version === '1.0.0') openMetrics = Math.max(openMetrics, quality);
    } else if (type === 'text/plain' || type === 'text/*' || type === '*/*') text = Math.max(text, quality);
  }
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text';
}

function weight(quality: string | undefined): number {
  if (quality === undefined) return 1;
  const value = Number(quality);
  return value >= 0 && value <= 1 ? value : 0;
}
