#include "pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <list>
#include <mutex>
#include <thread>

#include "process.h"

namespace ppcn {
namespace {

using Work = std::function<void(int, Arena&)>;

constexpr std::chrono::microseconds kSpinTime{500};
constexpr std::size_t kRoomToThrow = 1 << 16;

// Tells the processor that this thread only waits.
void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins until a condition holds, for a short time, and returns whether it does. Loops follow each other within less
// time than it takes to wake a sleeping thread.
bool spin_until(const auto& condition) {
  const auto end = std::chrono::steady_clock::now() + kSpinTime;
  do {
    for (int i = 0; i < 32; i++) {
      if (condition()) return true;
      relax();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

// Whether this thread can throw. The C++ library allocates a thread's state of exceptions at its first throw, and ends
// the process if memory is short then; so a new thread makes sure of memory first, and has that state allocated.
bool can_throw() noexcept {
  auto* const room = static_cast<volatile char*>(std::malloc(kRoomToThrow));
  if (!room) return false;
  *room = 0;  // or the compiler may leave out what is allocated and freed
  std::free(const_cast<char*>(room));
  return std::uncaught_exceptions() == 0;
}

// One call of parallel(): each thread that takes part takes the next index until none is left.
struct Loop {
  Loop(int count, int openings, const Work& work) : count(count), work(work), openings(openings) {}

  void take_part(Arena& arena) noexcept {
    try {
      for (int i = next++; i < count; i = next++) work(i, arena);
    } catch (...) {
      next = count;
      if (!failed.test_and_set()) error = std::current_exception();
    }
  }

  const int count;
  const Work& work;
  int openings;  // for further helpers; under the pool's lock
  std::atomic<int> next{0}, helpers{0};
  std::atomic_flag failed;
  std::exception_ptr error;
};

class Pool {
 public:
  void run(int count, int helpers, Arena& arena, const Work& work) {
    std::list<Loop> own;
    own.emplace_back(count, helpers, work);
    const auto loop = own.begin();
    {
      std::lock_guard lock(mutex_);
      loops_.splice(loops_.end(), own);
      openings_ += helpers;
      start_threads(helpers);
    }
    helpers == 1 ? work_.notify_one() : work_.notify_all();
    loop->take_part(arena);
    {
      std::lock_guard lock(mutex_);
      openings_ -= loop->openings;
      own.splice(own.end(), loops_, loop);
    }
    const auto alone = [&] { return loop->helpers == 0; };
    if (!spin_until(alone)) {
      std::unique_lock lock(mutex_);
      left_.wait(lock, alone);
    }
    if (loop->error) std::rethrow_exception(std::move(loop->error));
  }

 private:
  void start_threads(int most) noexcept {
    try {
      for (; threads_ < most; threads_++) std::thread([this] { serve(); }).detach();
    } catch (const std::exception&) {  // too little memory, or too many threads: those that run do the work
    }
  }

  void serve() noexcept {
    if (!can_throw()) {
      std::lock_guard lock(mutex_);
      threads_--;
      return;
    }
    Arena arena;
    const auto open = [&] { return openings_ > 0; };
    for (;;) {
      spin_until(open);
      std::unique_lock lock(mutex_);
      work_.wait(lock, open);
      Loop& loop = *std::find_if(loops_.begin(), loops_.end(), [](const Loop& each) { return each.openings > 0; });
      loop.openings--, openings_--, loop.helpers++;
      lock.unlock();
      loop.take_part(arena);
      if (--loop.helpers > 0) continue;  // the loop's caller may go on now, and the loop is gone
      lock.lock();
      left_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable work_, left_;
  std::list<Loop> loops_;        // that helpers may join
  std::atomic<int> openings_{0};  // of all of them
  int threads_ = 0;
};

}  // namespace

void parallel(int count, int threads, Arena& arena, const Work& work) {
  const int helpers = std::min(threads, count) - 1;
  if (helpers > 0) return of_this_process<Pool>().run(count, helpers, arena, work);
  for (int i = 0; i < count; i++) work(i, arena);
}

}  // namespace ppcn
