/** The networks that this build ships: those of these names in src/ppcn/weights, by way of plugins/networks.ts. */
export type Task = "enhance" | "upscale";

const NAMES: Record<Task, string> = { enhance: "student.open", upscale: "upscaler.open" };
const FILES: Record<string, string> = import.meta.glob(
  ["../../../build/networks/student.open.stages", "../../../build/networks/upscaler.open.stages"],
  { query: "?url", import: "default", eager: true },
);

/** Returns where the file of a task's network is; undefined where this build has none. */
export function modelUrl(task: Task): string | undefined {
  return FILES[`../../../build/networks/${NAMES[task]}.stages`];
}

export const MODEL_URLS = Object.values(FILES);

/** What can be done with a photo, each as the tasks that follow one another. */
export const MODES = {
  enhance: ["enhance"],
  upscale: ["upscale"],
  both: ["enhance", "upscale"],
} as const satisfies Record<string, readonly Task[]>;

export type Mode = keyof typeof MODES;

/** Returns the modes that this build offers. */
export function availableModes(): Mode[] {
  return (Object.keys(MODES) as Mode[]).filter((mode) => MODES[mode].every(modelUrl));
}
