import { FORMATS } from "./formats";

/** Returns the name of a photo's result, as `ppcn enhance` gives it: lake.jpg becomes lake.enhanced.jpg. */
export function resultName(name: string, tag: string, type: string): string {
  const [, stem, suffix = ""] = /^(.+?)(\.[^.]{1,5})?$/s.exec(name) ?? [name, name];
  const suffixes = FORMATS.find(({ mediaType }) => mediaType === type)?.suffixes as readonly string[] | undefined;
  return `${stem}.${tag}${suffixes?.includes(suffix.toLowerCase()) ? suffix : (suffixes?.[0] ?? "")}`;
}
