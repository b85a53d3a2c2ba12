/** A question before results are lost. */
import { byId } from "./dom";

/** Asks, and returns whether the answer is what `yes` says; anything else, the escape key too, keeps all as it is. */
export function ask(question: string, yes: string): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>("question");
  byId("question-text").textContent = question;
  byId("question-yes").textContent = yes;
  byId("question-yes").onclick = () => dialog.close(yes);
  byId("question-no").onclick = () => dialog.close();
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((done) => {
    dialog.onclose = () => done(dialog.returnValue === yes);
  });
}
