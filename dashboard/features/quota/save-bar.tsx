import { Button, ButtonLink } from '@/components/ui/button';
import { classNames } from '@/components/ui/class-names';
import { ConfirmedField } from './confirmed-field';
import { confirmation, saveButton } from './quota-words';
import type { QuotaForm } from './use-quota-form';

interface SaveBarProps {
  tenantName: string;
  state: QuotaForm;
  disabled: boolean;
  back: string;
  sheet: boolean;
}

/** Confirmation where something is lost, and the button that says what happens. */
export function SaveBar({ tenantName, state, disabled, back, sheet }: SaveBarProps) {
  const { known, entries, errors, changed, asks, pending, preview, enter } = state;
  const { text, danger } = saveButton(known, changed);
  return (
    <div
      className={classNames(
        'grid gap-4 border-t border-border-strong',
        sheet ? 'px-4 py-4 sm:px-6' : 'sticky bottom-0 bg-bg py-4',
      )}
    >
      {asks && !disabled && (
        <ConfirmedField
          words={confirmation(known, tenantName)}
          hint="This cannot be undone. Evicted entries are loaded again on demand."
          checked={entries.confirmed}
          error={errors.confirmed}
          onChange={(confirmed) => enter({ confirmed })}
        />
      )}
      <div className="flex flex-wrap justify-end gap-2 max-sm:*:flex-1">
        <ButtonLink href={back}>Cancel</ButtonLink>
        <Button
          type="submit"
          variant={danger ? 'danger' : 'primary'}
          disabled={disabled}
          aria-disabled={pending || preview.kind === 'waiting'}
        >
          {pending ? 'Saving…' : text}
        </Button>
      </div>
    </div>
  );
}
