// The words of the shared components.
import { translator } from "./context";
import type { en } from "./en";

export const useT = translator<typeof en>();
