// The one script of every page. Each module improves what the server drew and works on parts that htmx brings
// in later; without any of it pages stay readable and forms can be sent.
import "./requests.js";
import { enhance } from "./enhance.js";
import { menus } from "./menus.js";
import { navigation } from "./navigation.js";
import { dialogs } from "./dialogs.js";
import { copying } from "./copying.js";
import { charts } from "./charts_on_demand.js";
import { autoSubmit } from "./auto_submit.js";
import { rowKeys } from "./row_keys.js";
import { dates } from "./dates.js";
import { residentIds } from "./resident_ids.js";
import { drafts } from "./drafts.js";
import { errorSummary } from "./error_summary.js";
import { fileDrop } from "./file_drop.js";

document.documentElement.classList.replace("no-js", "js");
menus();
navigation();
dialogs();
copying();
enhance(charts, autoSubmit, rowKeys, dates, residentIds, drafts, errorSummary, fileDrop);
