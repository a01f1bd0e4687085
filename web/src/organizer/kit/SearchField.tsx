// A search box that tells what was typed once the typing pauses.
import { Search } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";

const PAUSE_MS = 300;

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

export function SearchField({ label, placeholder, value, onSearch }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useRef(onSearch);
  tell.current = onSearch;
  // Back and forward change the address: the box follows.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    const text = typed.trim();
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="flex min-w-0 flex-1 basis-60 flex-col gap-1.5">
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      <div className="relative">
        <Search
          size={18}
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 start-3 my-auto text-muted"
        />
        <input
          id={id}
          type="search"
          className="control ps-10"
          placeholder={placeholder}
          maxLength={200}
          value={typed}
          onChange={(change) => setTyped(change.target.value)}
        />
      </div>
    </div>
  );
}
