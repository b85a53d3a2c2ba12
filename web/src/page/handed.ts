/** Photos that the device hands over: by its share sheet, or opened with the page where it is installed. */
import { handedOver } from "../offline";

declare const launchQueue:
  | { setConsumer(take: (launch: { files?: FileSystemFileHandle[] }) => void): void }
  | undefined;

export async function takeHandedOver(add: (files: File[]) => void): Promise<void> {
  if (typeof launchQueue !== "undefined") {
    launchQueue.setConsumer(async ({ files = [] }) => add(await Promise.all(files.map((file) => file.getFile()))));
  }
  add(await handedOver());
}
