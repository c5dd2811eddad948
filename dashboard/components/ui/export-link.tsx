import { Download } from 'lucide-react';
import { type ButtonSize, buttonClass } from './button';

/** Leads to a handler that answers a CSV file: all rows of the filters, not of the page alone. */
export function ExportLink({ href, size }: { readonly href: string; readonly size?: ButtonSize }) {
  return (
    <a className={buttonClass('plain', size)} href={href} download>
      <Download aria-hidden size={14} strokeWidth={1.75} />
      Export CSV
    </a>
  );
}
