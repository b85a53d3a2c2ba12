/** The choice of what to do with a photo. */
import { MODES, type Mode } from "../network/models";
import { byId } from "./dom";

const WORDS: Record<Mode, string> = { enhance: "Enhance", upscale: "Upscale ×4", both: "Both" };

export function makeModes(choose: (mode: Mode) => void): (mode: Mode) => void {
  const group = byId("modes");
  const inputs = (Object.keys(MODES) as Mode[]).map((mode) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "mode", value: mode });
    input.addEventListener("change", () => choose(mode));
    const label = document.createElement("label");
    label.append(input, WORDS[mode]);
    group.append(label);
    return input;
  });
  return (mode) => {
    for (const input of inputs) input.checked = input.value === mode;
  };
}
