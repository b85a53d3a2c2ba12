/** What the visitor can mend: the message is one plain sentence that says what is wrong, where, and what to do. */
export class PhotoError extends Error {
  override readonly name = "PhotoError";
}
