// Threads that sleep until there is work, shared by all callers of this process.
#pragma once

#include <functional>

#include "arena.h"

namespace ppcn {

// Calls work(0, arena) ... work(count - 1, arena), each index once, in any order, on at most `threads` threads, the
// caller's among them, and returns when all calls have ended. `arena` belongs to the caller; other threads pass their
// own. After an exception the indices that are left are dropped, and the first exception is rethrown here. Where the
// system gives no further threads, fewer do the work. Several threads may call at once.
void parallel(int count, int threads, Arena& arena, const std::function<void(int, Arena&)>& work);

}  // namespace ppcn
