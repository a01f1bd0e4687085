// The scanner: enrols this device if a link brought a code, else shows how it stands.
import { useEffect, useState } from "react";
import { LanguageSwitch } from "../shared/ui/LanguageSwitch";
import { OfflineBanner } from "../shared/ui/OfflineBanner";
import { DoorPage } from "./DoorPage";
import { begin, watch } from "./device/door";
import { EnrolPage } from "./EnrolPage";

export function ScanApp({ code: given }: { readonly code: string | null }) {
  const [code, setCode] = useState(given);
  useEffect(watch, []);
  const done = () => {
    window.history.replaceState(null, "", "/scan/");
    setCode(null);
    void begin();
  };
  return (
    <>
      <OfflineBanner />
      <main id="main" tabIndex={-1} className="page flex max-w-xl flex-1 flex-col gap-6 py-8">
        {code ? <EnrolPage code={code} onDone={done} /> : <DoorPage />}
        <div className="mt-auto pt-6">
          <LanguageSwitch />
        </div>
      </main>
    </>
  );
}
