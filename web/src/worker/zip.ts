/** Several files in one, a ZIP file that compresses nothing: photos are compressed already. */
import { makeZip } from "client-zip";
import { distinct } from "../photo/names";

/** Returns a ZIP file; each file is asked for when the one before it is in, and none is held in the page's memory. */
export function zip(files: AsyncIterable<File>, name: string): Promise<File> {
  const type = "application/zip";
  const content = new Response(makeZip(named(files)), { headers: { "content-type": type } });
  return content.blob().then((blob) => new File([blob], name, { type }));
}

async function* named(files: AsyncIterable<File>) {
  const taken = new Set<string>();
  for await (const input of files) yield { input, name: distinct(input.name, taken) };
}
