'use client';

import { describedBy, Field, FieldError, Input } from '@/components/ui/field';
import { WEBHOOK_EVENTS, type WebhookEvent } from '@/data/webhook-schema';
import { EVENT_WORDS } from './webhook-words';

export interface WebhookEntries {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
}

interface WebhookFieldsProps {
  readonly entries: WebhookEntries;
  readonly onChange: (entries: WebhookEntries) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly disabled: boolean;
}

const URL_HINT =
  'https://, a host on the public internet, port 443, 80 or from 1024 on. Private addresses are refused now and with each message.';

/** Where messages go, and about what. */
export function WebhookFields({ entries, onChange, errors, disabled }: WebhookFieldsProps) {
  const { url, events } = entries;
  const wrongUrl = errors.url && `The URL ${errors.url}.`;
  return (
    <>
      <Field id="webhook-url" label="URL" hint={URL_HINT} error={wrongUrl}>
        <Input
          id="webhook-url"
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={2048}
          placeholder="https://ops.example.com/hooks/cache"
          value={url}
          disabled={disabled}
          aria-invalid={Boolean(wrongUrl)}
          aria-describedby={describedBy('webhook-url', URL_HINT, wrongUrl)}
          onChange={(event) => onChange({ ...entries, url: event.target.value })}
        />
      </Field>
      <fieldset className="grid gap-1.5" aria-describedby={describedBy('webhook-events', undefined, errors.events)}>
        <legend className="mb-1.5 text-13 font-medium">Told when</legend>
        {WEBHOOK_EVENTS.map((event) => (
          <label key={event} className="flex items-center gap-2 text-13">
            <input
              type="checkbox"
              checked={events.includes(event)}
              disabled={disabled}
              aria-invalid={Boolean(errors.events)}
              onChange={(change) => onChange({ ...entries, events: chosen(events, event, change.target.checked) })}
              className="size-4 accent-brand"
            />
            {EVENT_WORDS[event]}
          </label>
        ))}
        <FieldError id="webhook-events" error={errors.events} />
      </fieldset>
    </>
  );
}

function chosen(events: readonly WebhookEvent[], event: WebhookEvent, on: boolean): WebhookEvent[] {
  return WEBHOOK_EVENTS.filter((known) => (known === event ? on : events.includes(known)));
}
