'use client';

import { Fragment } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { Key, useCommandKey } from '@/components/ui/keys';
import { Switch } from '@/components/ui/switch';
import { KEY_GROUPS } from './keys';
import { useSingleKeys } from './single-keys';

interface HelpDialogProps {
  readonly area: 'fleet' | 'tenant';
  readonly open: boolean;
  readonly onClose: () => void;
}

/** All keys, by where they work. */
export function HelpDialog({ area, open, onClose }: HelpDialogProps) {
  const command = useCommandKey();
  const [on, setOn] = useSingleKeys();
  return (
    <Dialog open={open} onClose={onClose} title="Keys" lead="None of them works while you type in a field.">
      <div className="grid gap-4">
        <div className="flex items-center justify-between gap-4 text-13">
          <span>Keys without {command} work</span>
          <Switch label={`Keys without ${command} work`} checked={on} onChange={setOn} />
        </div>
        {KEY_GROUPS.map(({ heading, keys }) => (
          <section key={heading} aria-label={heading}>
            <h3 className="mb-1.5 text-12 font-medium text-text-muted">{heading}</h3>
            <dl className="grid text-13">
              {keys.map((help) => (
                <div
                  key={help.does}
                  className="flex min-h-8 items-center justify-between gap-4 border-t border-border py-1"
                >
                  <dt>{area === 'tenant' ? (help.doesForTenant ?? help.does) : help.does}</dt>
                  <dd className="flex shrink-0 items-center gap-1">
                    {help.keys.map((key, index) => (
                      <Fragment key={key}>
                        {index > 0 && help.joined && <span className="text-text-muted">{help.joined}</span>}
                        <Key>{key === 'Command' ? command : key}</Key>
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
