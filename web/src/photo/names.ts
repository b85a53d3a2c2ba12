import type { Mode } from "../network/models";
import { FORMATS } from "./formats";

/** What the name of a result says of how it was made. */
const TAGS: Record<Mode, string> = { enhance: "enhanced", upscale: "upscaled", both: "enhanced.upscaled" };

/** Returns the name of a photo's result, as `ppcn enhance` gives it: lake.jpg becomes lake.enhanced.jpg. */
export function resultName(name: string, mode: Mode, type: string): string {
  const [, stem, suffix = ""] = /^(.+?)(\.[^.]{1,5})?$/s.exec(name) ?? [name, name];
  const suffixes = FORMATS.find(({ mediaType }) => mediaType === type)?.suffixes as readonly string[] | undefined;
  return `${stem}.${TAGS[mode]}${suffixes?.includes(suffix.toLowerCase()) ? suffix : (suffixes?.[0] ?? "")}`;
}

/** Returns a name that is not among those taken, in upper or lower case, and adds it to them: lake (2).jpg. */
export function distinct(name: string, taken: Set<string>): string {
  const [, stem, suffix] = /^(.*?)(\.[^.]*)?$/s.exec(name) ?? [name, name];
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem} (${number})${suffix ?? ""}`;
  taken.add(free.toLowerCase());
  return free;
}
