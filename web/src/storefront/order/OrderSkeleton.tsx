// The place of an order while it is being loaded.
import { Loading } from "../../shared/ui/Loading";
import { Skeleton } from "../../shared/ui/Skeleton";

export function OrderSkeleton() {
  return (
    <Loading>
      <div className="mx-auto flex min-h-dvh max-w-3xl flex-col gap-5 py-6">
        <Skeleton className="h-10 w-1/2" />
        <Skeleton className="h-72 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
      </div>
    </Loading>
  );
}
