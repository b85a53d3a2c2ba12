interface Held {
  readonly id: number;
  readonly bitmap: Promise<ImageBitmap>;
  users: number;
}

/** Decoded photos. The latest is kept for the next call, which is likely about it; one in use is closed afterwards. */
export class Bitmaps {
  private latest: Held | null = null;

  async use<T>(
    id: number,
    decode: () => Promise<ImageBitmap>,
    work: (bitmap: ImageBitmap) => T | Promise<T>,
  ): Promise<T> {
    if (this.latest?.id !== id) {
      this.drop();
      this.latest = { id, bitmap: decode(), users: 0 };
      this.latest.bitmap.catch(() => this.drop(id)); // it may go better the next time
    }
    const held = this.latest;
    held.users++;
    try {
      return await work(await held.bitmap);
    } finally {
      held.users--;
      if (held !== this.latest) close(held);
    }
  }

  drop(id = this.latest?.id): void {
    if (!this.latest || this.latest.id !== id) return;
    const held = this.latest;
    this.latest = null;
    close(held);
  }
}

function close({ bitmap, users }: Held): void {
  if (!users)
    bitmap.then(
      (it) => it.close(),
      () => undefined,
    );
}
