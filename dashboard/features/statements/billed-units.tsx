/** Bills say MB and GB, quotas MiB: a page that shows both says that they are the same units. */
export function BilledUnits() {
  return (
    <p className="max-w-[80ch] text-13 text-text-muted">
      In bills 1 MB is 1 MiB, 1,048,576 bytes, as in quotas, and 1 GB is 1 GiB, 1,073,741,824 bytes. One MB-hour is 1
      MiB in use for an hour.
    </p>
  );
}
