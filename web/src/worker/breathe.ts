const { port1, port2 } = new MessageChannel();

/** Lets messages that have come meanwhile, such as a cancellation, be handled; a timer would wait 4 ms each time. */
export function breathe(): Promise<void> {
  return new Promise((done) => {
    port1.onmessage = () => done();
    port2.postMessage(null);
  });
}
