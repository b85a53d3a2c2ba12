/** The choice of what to do with a photo: the mode, and how far it is enlarged. */
import { enlarges, type Factor, type Job, MODES, type Mode } from "../network/models";
import { byId } from "./dom";

const MODE_WORDS: Record<Mode, string> = { enhance: "Enhance", upscale: "Enlarge", both: "Both" };
const FACTORS: readonly Factor[] = [2, 4];

export const FIRST_JOB: Job = { mode: "enhance", factor: 4, old: false, megapixels: null };

/** Fills the controls; returns a function that shows a job on them. */
export function makeJobs(choose: (change: Partial<Job>) => void): (job: Job) => void {
  const modes = MODES.map((mode) => radio("modes", "mode", MODE_WORDS[mode], mode, () => choose({ mode })));
  const factors = FACTORS.map((factor) =>
    radio("factors", "factor", `×${factor}`, String(factor), () => choose({ factor })),
  );
  const old = byId<HTMLInputElement>("old");
  old.addEventListener("change", () => choose({ old: old.checked }));
  return (job) => {
    for (const input of modes) input.checked = input.value === job.mode;
    for (const input of factors) input.checked = input.value === String(job.factor);
    old.checked = job.old;
    byId("enlarging").hidden = !enlarges(job);
  };
}

function radio(group: string, name: string, words: string, value: string, choose: () => void): HTMLInputElement {
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name, value });
  input.addEventListener("change", choose);
  const label = document.createElement("label");
  label.append(input, words);
  byId(group).append(label);
  return input;
}
