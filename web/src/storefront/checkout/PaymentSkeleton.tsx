// The place of the payment page while the hold is being looked up. Nothing is said about it before.
import { Loading } from "../../shared/ui/Loading";
import { Skeleton } from "../../shared/ui/Skeleton";

export function PaymentSkeleton() {
  return (
    <Loading>
      <div className="mx-auto grid max-w-4xl gap-x-6 gap-y-5 py-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex flex-wrap items-center justify-between gap-3 lg:col-span-2">
          <Skeleton className="h-9 w-20" />
          <Skeleton className="h-11 w-48 rounded-md" />
        </div>
        <div className="lg:col-start-2 lg:row-start-2">
          <Skeleton className="h-56 rounded-lg" />
        </div>
        <div className="lg:col-start-1 lg:row-start-2">
          <Skeleton className="h-96 rounded-lg" />
        </div>
      </div>
    </Loading>
  );
}
