// The place of the payment page while the hold is being looked up. Nothing is said about it before.
import { Loading } from "../../shared/ui/Loading";
import { Skeleton } from "../../shared/ui/Skeleton";

export function PaymentSkeleton() {
  return (
    <Loading>
      <div className="mx-auto grid max-w-4xl gap-6 py-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex flex-col gap-5">
          <Skeleton className="h-9 w-1/2" />
          <Skeleton className="h-12 rounded-md" />
          <Skeleton className="h-96 rounded-lg" />
        </div>
        <Skeleton className="h-64 rounded-lg" />
      </div>
    </Loading>
  );
}
