import { ChevronLeft, ChevronRight } from 'lucide-react';
import { ButtonLink, buttonClass } from '@/components/ui/button';
import { monthAfter, monthName, presentMonth } from '@/data/billing-month';
import { type BillingSearch, billingHref } from './billing-search';

interface MonthStepsProps {
  readonly search: BillingSearch;
  /** Before it nothing was ever billed. */
  readonly firstMonth: string;
}

/** The month of the page with the ones before and after it. */
export function MonthSteps({ search, firstMonth }: MonthStepsProps) {
  const { month } = search;
  const present = presentMonth();
  const to = (other: string) => billingHref({ ...search, month: other, page: 1 });
  return (
    <nav aria-label="Month" className="flex items-center gap-1">
      <Step
        name={`Earlier: ${monthName(monthAfter(month, -1))}`}
        href={month > firstMonth ? to(monthAfter(month, -1)) : undefined}
        Icon={ChevronLeft}
      />
      <span className="min-w-[124px] px-1 text-center text-13 font-medium whitespace-nowrap tabular-nums">
        {monthName(month)}
      </span>
      <Step
        name={`Later: ${monthName(monthAfter(month, 1))}`}
        href={month < present ? to(monthAfter(month, 1)) : undefined}
        Icon={ChevronRight}
      />
    </nav>
  );
}

function Step({ name, href, Icon }: { name: string; href: string | undefined; Icon: typeof ChevronLeft }) {
  const icon = <Icon aria-hidden size={16} strokeWidth={1.75} />;
  if (!href) {
    return (
      <span aria-hidden className={buttonClass('quiet', 'icon', 'opacity-40')}>
        {icon}
      </span>
    );
  }
  return (
    <ButtonLink variant="quiet" size="icon" href={href} prefetch={false} aria-label={name} title={name}>
      {icon}
    </ButtonLink>
  );
}
