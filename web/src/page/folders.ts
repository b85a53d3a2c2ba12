/** Files that were dropped or pasted, those in folders among them. */
import { FORMATS } from "../photo/formats";
import { TITLES } from "../photo/sniff";

const SUFFIXES: readonly string[] = FORMATS.filter((format) => !format.withoutBrowser).flatMap(
  (format) => format.suffixes,
);

/** Returns the files that were given, and of folders the photos in them; says so where a folder has none. */
export async function filesOf(given: DataTransfer, complain: (words: string) => void): Promise<File[]> {
  const items = [...given.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() })); // later the browser has forgotten them
  const found = items.map(async ({ entry, file }) => {
    if (!isFolder(entry)) return file ? [file] : [];
    const photos = await photosIn(entry).catch(() => null);
    if (!photos) complain(`${entry.name} cannot be read: choose its photos one by one.`);
    else if (!photos.length) complain(`${entry.name} has no photos: they are ${TITLES} files.`);
    return photos ?? [];
  });
  return (await Promise.all(found)).flat();
}

/** Returns the photos of a folder and of those in it, known by their names, in the order of their names. */
export async function photosIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (let some = await read(reader); some.length; some = await read(reader)) entries.push(...some);
  entries.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  const photos: File[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
    if (isFolder(entry)) photos.push(...(await photosIn(entry)));
    else if (isPhoto(entry.name)) photos.push(await fileOf(entry as FileSystemFileEntry));
  }
  return photos;
}

function isFolder(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory ?? false;
}

function isPhoto(name: string): boolean {
  return SUFFIXES.some((suffix) => name.toLowerCase().endsWith(suffix));
}

/** Returns the next entries of a folder: browsers give a hundred at a time, and none at the end. */
function read(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((done, failed) => reader.readEntries(done, failed));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((done, failed) => entry.file(done, failed));
}
