import {
  createLoader,
  createSerializer,
  type LoaderInput,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { JOB_PATTERN, WARMING_STATES, type WarmingState } from '@/data/warming-schema';

/** Which runs the warming page shows, as its URL holds it. */
export const WARMING_SEARCH = {
  job: parseAsString.withDefault(''),
  state: parseAsStringLiteral(WARMING_STATES),
  page: parseAsInteger.withDefault(1),
};

export interface WarmingSearch {
  readonly job: string;
  readonly state: WarmingState | '';
  readonly page: number;
}

const load = createLoader(WARMING_SEARCH);
const serialize = createSerializer(WARMING_SEARCH);

/** From a URL; what is no job's name is no filter. */
export async function warmingSearch(params: LoaderInput | Promise<LoaderInput>): Promise<WarmingSearch> {
  const { job, state, page } = load(await params);
  return { job: JOB_PATTERN.test(job) ? job : '', state: state ?? '', page: Math.min(Math.max(1, page), 10_000) };
}

export function warmingHref({ job, state, page }: WarmingSearch, path = '/warming'): string {
  return serialize(path, { job, state: state === '' ? null : state, page });
}
