export function Logo() {
  return (
    <>
      <svg viewBox="0 0 18 18" width={18} height={18} aria-hidden="true" className="shrink-0 fill-brand">
        <rect x="1" y="2" width="7" height="3.6" rx="1" />
        <rect x="1" y="7.2" width="12" height="3.6" rx="1" opacity=".68" />
        <rect x="1" y="12.4" width="16" height="3.6" rx="1" opacity=".38" />
      </svg>
      tenantcache
    </>
  );
}
