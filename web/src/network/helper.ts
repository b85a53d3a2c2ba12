/** A worker that is one of the kernel's threads. */
import { join, type Thread } from "./kernel";

self.onmessage = ({ data }: MessageEvent<Thread>) => join(data);
