// The mark of the product.
export function Logo({ size = 32 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="9" className="fill-primary" />
      <g
        className="stroke-on-primary"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="M8 13.2V11.5A1.5 1.5 0 0 1 9.5 10h13a1.5 1.5 0 0 1 1.5 1.5v1.7a2.9 2.9 0 0 0 0 5.6v1.7a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 8 20.5v-1.7a2.9 2.9 0 0 0 0-5.6Z" />
        <path d="M17.5 13v1.6m0 2.8V19" />
      </g>
    </svg>
  );
}
