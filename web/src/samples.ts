/** The sample photos that the page ships, for visitors who have none at hand. */
const FILES: Record<string, string> = import.meta.glob("../../samples/*.jpg", {
  query: "?url",
  import: "default",
  eager: true,
});

export const SAMPLE_URLS = Object.values(FILES);

/** Returns where a sample is: "lake.jpg". */
export function sampleUrl(name: string): string {
  return FILES[`../../samples/${name}`];
}
