// A text to copy: readable, selectable, and copied with one press.
import { Check, Copy } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useT } from "../i18n/useT";
import { Button } from "./Button";

interface Props {
  readonly label: string;
  readonly value: string;
}

const SAID_MS = 2_500;

export function CopyField({ label, value }: Props) {
  const t = useT();
  const id = useId();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setIsCopied(true);
    } catch {
      const input = document.getElementById(id);
      if (input instanceof HTMLInputElement) input.select();
    }
  };
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={value}
          className="control min-w-0 text-sm"
          onFocus={(event) => event.target.select()}
        />
        <Button
          icon={
            isCopied ? (
              <Check size={18} aria-hidden="true" />
            ) : (
              <Copy size={18} aria-hidden="true" />
            )
          }
          onClick={() => void copy()}
        >
          {t("action.copy")}
        </Button>
      </div>
      <p role="status" className="sr-only">
        {isCopied && t("action.copied")}
      </p>
    </div>
  );
}
