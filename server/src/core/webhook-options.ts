import { assertOptionNames, invalidOption } from './options.js';

/** Where webhooks may lead. */
export interface WebhookOptions {
  /** Also to addresses that are not public: for receivers on your own network. Default false. */
  allowPrivateAddresses?: boolean;
  /** Also over `http:`. Default false. */
  allowHttp?: boolean;
}

export type WebhookSettings = Readonly<Required<WebhookOptions>>;

const WHERE = 'createTenantCache() webhooks';

/** @throws TenantCacheError `OPTION_INVALID` */
export function webhookSettings(options: WebhookOptions = {}): WebhookSettings {
  assertOptionNames(WHERE, options, ['allowPrivateAddresses', 'allowHttp']);
  const { allowPrivateAddresses = false, allowHttp = false } = options;
  for (const [name, value] of Object.entries({ allowPrivateAddresses, allowHttp })) {
    if (typeof value !== 'boolean') throw invalidOption(WHERE, `${name}: ${typeof value}`, 'true, false');
  }
  return Object.freeze({ allowPrivateAddresses, allowHttp });
}
