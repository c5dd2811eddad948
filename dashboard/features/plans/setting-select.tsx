import { Field, Select } from '@/components/ui/field';
import { KEEP } from './bulk-entries';

interface SettingSelectProps<Setting extends string> {
  readonly id: string;
  readonly label: string;
  readonly settings: readonly Setting[];
  readonly words: Readonly<Record<Setting, string>>;
  readonly value: Setting | typeof KEEP;
  readonly disabled: boolean;
  readonly onChange: (value: Setting | typeof KEEP) => void;
}

/** One setting for all tenants of a plan, or for each the one that it has. */
export function SettingSelect<Setting extends string>(props: SettingSelectProps<Setting>) {
  const { id, label, settings, words, value, disabled, onChange } = props;
  return (
    <Field id={id} label={label}>
      <Select
        id={id}
        className="w-full"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value as Setting | typeof KEEP)}
      >
        <option value={KEEP}>As each tenant has it</option>
        {settings.map((setting) => (
          <option key={setting} value={setting}>
            {setting}: {words[setting]}
          </option>
        ))}
      </Select>
    </Field>
  );
}
