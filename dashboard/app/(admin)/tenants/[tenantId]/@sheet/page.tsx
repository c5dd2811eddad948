/** No sheet on the tenant's page itself: this closes one that is open. */
export default function NoSheet() {
  return null;
}
