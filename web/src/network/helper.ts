/** A worker that is one of the kernel's threads. */
import { serve, type Thread } from "./kernel";

self.onmessage = ({ data }: MessageEvent<Thread>) => serve(data);
