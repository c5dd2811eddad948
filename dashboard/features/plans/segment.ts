/** The name of a plan from the part of a path that names it; what is no encoding stands for itself. */
export function planOfSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
