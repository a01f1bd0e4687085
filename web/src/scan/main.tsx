// The scanner: a device at the door of one event.
import { start } from "../shared/start";
import "../shared/styles/base.css";
import { takeCode } from "./device/code";
import { load } from "./i18n";
import { ScanApp } from "./ScanApp";

const code = takeCode();
void start({ load, app: () => <ScanApp code={code} /> });
