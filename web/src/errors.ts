/** Errors whose message is one plain sentence for the visitor: what is wrong, where, and what to do. */

/** A file is no photo that the page can read. */
export class PhotoError extends Error {
  override readonly name = "PhotoError";
}

/** A file of the page itself did not arrive; it may the next time. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}
