// The script that pages of other people load: <script type="module" src="https://…/widget.js">.
import { define } from "./FullhouseEvent";

// The shop is where the script comes from.
define(new URL(import.meta.url).origin);
