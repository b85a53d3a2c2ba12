// Threads that sleep until there is work: shared by all callers of this process.
#pragma once

#include <functional>

namespace ppcn {

// Calls work(0) ... work(count - 1), each once, in any order, on up to `threads` threads, the caller's among them; returns
// when all are done. Several threads may call at once; a process made by fork() starts threads of its own. `work` must not
// throw.
void parallel(int count, int threads, const std::function<void(int)>& work);

// How many processors this process may use.
int usable_processors();

}  // namespace ppcn
