import type { OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

interface Operation {
  parameters?: { schema?: { type?: unknown; pattern?: unknown } }[];
}

/** A figure in a query comes as text; the pattern is of that, and says nothing of a figure. */
export function withFigures(document: OpenApiDocument): OpenApiDocument {
  const paths = Object.values(document.paths ?? {}) as Record<string, Operation>[];
  for (const { parameters = [] } of paths.flatMap((path) => Object.values(path))) {
    for (const { schema } of parameters) if (schema?.type === 'integer') delete schema.pattern;
  }
  return document;
}
