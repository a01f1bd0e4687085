// A value once it rests: what is asked of the server follows neither every move nor every repeated key.
import { useEffect, useState } from "react";

const PAUSE_MS = 150;

export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
