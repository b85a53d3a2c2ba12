import { expect, it } from "vitest";
import { photosIn } from "../../src/page/folders";

/** Stands in for a folder as browsers give it: its entries come two at a time. */
function folder(name: string, ...entries: FileSystemEntry[]): FileSystemDirectoryEntry {
  const createReader = () => {
    const left = [...entries];
    return { readEntries: (done: (some: FileSystemEntry[]) => void) => done(left.splice(0, 2)) };
  };
  return { name, isDirectory: true, createReader } as unknown as FileSystemDirectoryEntry;
}

function file(name: string): FileSystemEntry {
  const entry = { name, isDirectory: false, file: (done: (file: File) => void) => done(new File([], name)) };
  return entry as unknown as FileSystemEntry;
}

it("finds the photos in a folder and in those inside, in the order of their names", async () => {
  const inner = folder("b", file("deep.HEIC"), file("film.mov"));
  const outer = folder("holiday", file("c10.jpg"), file("c9.JPEG"), inner, file(".hidden.jpg"), file("notes.txt"));
  expect((await photosIn(outer)).map(({ name }) => name)).toEqual(["deep.HEIC", "c9.JPEG", "c10.jpg"]);
});
