/** The networks that this build ships: those in src/ppcn/weights, by way of web/networks.py. */
export type Task = "enhance" | "upscale";

const FILES: Record<string, string> = import.meta.glob("../../../build/networks/*.ppcn", {
  query: "?url",
  import: "default",
  eager: true,
});
const DEFAULTS: Record<Task, string> = { enhance: "enhancer.open", upscale: "upscaler.open" };

/** Other networks that the page's address asks for: "?enhance=student.open". The page hands this to its worker. */
const asked = new URLSearchParams("document" in globalThis ? location.search : self.name);

/** Returns where the file of a task's network is; throws an Error where the address asks for one that is not shipped. */
export function modelUrl(task: Task): string {
  const name = asked.get(task) ?? DEFAULTS[task];
  const url = FILES[`../../../build/networks/${name}.ppcn`];
  if (!url) throw new Error(`This build has no network ${name}.`);
  return url;
}

/** What can be done with a photo, each as the tasks that follow one another. */
export const MODES = {
  enhance: ["enhance"],
  upscale: ["upscale"],
  both: ["enhance", "upscale"],
} as const satisfies Record<string, readonly Task[]>;

export type Mode = keyof typeof MODES;
