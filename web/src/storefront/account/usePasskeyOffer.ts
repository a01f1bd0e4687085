// Offers passkeys among what the browser fills in for the address, while the page waits.
import { useCallback, useEffect, useRef } from "react";
import { offersPasskeys } from "../../shared/account/passkeys";
import { offeredPasskey, type ShownPasskey } from "./passkeyCommands";

/** A challenge lasts five minutes; people leave pages open for longer. */
const RENEW_MS = 4 * 60_000;

interface Offer {
  /** A browser asks for one passkey at a time: this makes room for a dialog. */
  readonly pause: () => void;
  readonly resume: () => void;
}

export function usePasskeyOffer(onChosen: (passkey: ShownPasskey) => void): Offer {
  const isOffered = useRef(false);
  const running = useRef<AbortController | null>(null);
  const chosen = useRef(onChosen);
  useEffect(() => {
    chosen.current = onChosen;
  }, [onChosen]);
  const pause = useCallback(() => {
    running.current?.abort();
    running.current = null;
  }, []);
  const resume = useCallback(() => {
    pause();
    if (!isOffered.current) return;
    const own = new AbortController();
    running.current = own;
    void offeredPasskey(own.signal).then((passkey) => {
      if (passkey && !own.signal.aborted) chosen.current(passkey);
    });
  }, [pause]);
  useEffect(() => {
    let hasLeft = false;
    void offersPasskeys().then((does) => {
      if (hasLeft) return;
      isOffered.current = does;
      resume();
    });
    const timer = setInterval(() => {
      if (running.current) resume();
    }, RENEW_MS);
    return () => {
      hasLeft = true;
      clearInterval(timer);
      pause();
    };
  }, [pause, resume]);
  return { pause, resume };
}
