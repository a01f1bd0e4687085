// The place of something that is being loaded; give it the size of what comes.
import { cx } from "../lib/cx";

export function Skeleton({ className }: { readonly className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx("block animate-pulse rounded-sm bg-surface-2", className)}
    />
  );
}
