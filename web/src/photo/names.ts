const SUFFIXES: Record<string, readonly string[]> = {
  "image/jpeg": ["jpg", "jpeg"],
  "image/png": ["png"],
  "image/webp": ["webp"],
};

/** Returns the name of a photo's result, as `ppcn enhance` gives it: lake.jpg becomes lake.enhanced.jpg. */
export function resultName(name: string, tag: string, type: string): string {
  const [, stem, suffix] = /^(.+?)(?:\.([^.]{1,5}))?$/s.exec(name) ?? [name, name, ""];
  const allowed = SUFFIXES[type] ?? [type.replace("image/", "")];
  return `${stem}.${tag}.${allowed.includes(suffix?.toLowerCase() ?? "") ? suffix : allowed[0]}`;
}
