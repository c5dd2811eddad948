/** Words inside a plot: they stay readable over what is drawn. */
export const PLOT_LABEL = {
  fontSize: 11,
  fontWeight: 'var(--weight-medium)',
  fill: 'var(--text)',
  paintOrder: 'stroke',
  stroke: 'var(--bg)',
  strokeWidth: 4,
  strokeLinejoin: 'round',
} as const;

export const AXIS_TEXT = { fontSize: 11, fill: 'var(--chart-axis)', fontVariantNumeric: 'tabular-nums' } as const;
