// State that all threads of a process share.
#pragma once

#if defined(__wasm__)

namespace ppcn {

// In WebAssembly one thread calls, and there are no processes: state needs no lock.
struct Mutex {};
struct Locked {
  explicit Locked(Mutex&) {}
};

template <class T>
T& of_this_process() {
  static T object;
  return object;
}

}  // namespace ppcn

#else

#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>

namespace ppcn {

using Mutex = std::mutex;
using Locked = std::lock_guard<Mutex>;

// The T of this process, never destroyed: a thread may still use it when the process ends. A process made by fork()
// gets one of its own: threads that it does not have may have held the locks of its parent's.
template <class T>
T& of_this_process() {
  struct Owned {
    const pid_t process = getpid();
    T object;
  };
  static std::atomic<Owned*> current{nullptr};
  Owned* known = current;
  while (!known || known->process != getpid()) {
    auto fresh = std::make_unique<Owned>();
    if (current.compare_exchange_strong(known, fresh.get())) return fresh.release()->object;
  }
  return known->object;
}

}  // namespace ppcn

#endif
