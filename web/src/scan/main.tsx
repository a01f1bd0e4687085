// The scanner: for now a shell that says so.
import { start } from "../shared/start";
import "../shared/styles/base.css";
import { load } from "./i18n";
import { ScanPage } from "./ScanPage";

void start({ load, app: () => <ScanPage /> });
