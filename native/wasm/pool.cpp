// The threads of a web page: its workers, all of which run this module in one memory. They wait in serve() as long as
// there are pictures; in between they are free for the browser, which otherwise would hear nothing of them.
#include "../pool.h"

#include <algorithm>
#include <atomic>

namespace ppcn {
namespace {

using Work = std::function<void(int, Arena&)>;

constexpr int kSpins = 2000;

// A number that threads wait for: it changes, then they are woken.
class Signal {
 public:
  int now() const { return number_; }

  void change() {
    number_++;
#if defined(__wasm_atomics__)
    __builtin_wasm_memory_atomic_notify(address(), ~0u);
#endif
  }

  // Waits until it is another one than `seen`: loops follow each other within less time than it takes to wake a thread.
  void wait(int seen) {
    for (int i = 0; i < kSpins; i++)
      if (number_ != seen) return;
#if defined(__wasm_atomics__)
    while (number_ == seen) __builtin_wasm_memory_atomic_wait32(address(), seen, -1);
#endif
  }

 private:
  int* address() { return reinterpret_cast<int*>(&number_); }

  std::atomic<int> number_{0};
};

// One call of parallel(); a single thread calls.
struct Loop {
  const Work* work = nullptr;
  int count = 0;
  std::atomic<int> next{0}, openings{0}, helpers{0};

  void take_part(Arena& arena) {
    for (int i = next++; i < count; i = next++) (*work)(i, arena);
  }
};

Loop loop;
Signal begun, left;
std::atomic<int> pictures{0};
std::atomic<bool> failed{false};

}  // namespace

void parallel(int count, int threads, Arena& arena, const Work& work) {
  const int helpers = std::min(threads, count) - 1;
  if (helpers <= 0) {
    for (int i = 0; i < count; i++) work(i, arena);
    return;
  }
  loop.work = &work, loop.count = count, loop.next = 0;
  loop.openings = helpers;  // from now on helpers may join
  begun.change();
  loop.take_part(arena);
  // Those that have not joined yet are kept out, those that have are waited for.
  loop.openings = 0;
  for (int seen = left.now(); loop.helpers > 0; seen = left.now()) left.wait(seen);
  if (failed) throw std::bad_alloc();
}

void picture_begins() { pictures++; }

void picture_ends() {
  pictures--;
  begun.change();
}

// What a worker does as long as there are pictures.
void serve() {
  Arena arena;
  for (int seen = begun.now(); pictures > 0; seen = begun.now()) {
    loop.helpers++;
    if (loop.openings-- > 0) loop.take_part(arena);
    loop.helpers--;
    left.change();
    begun.wait(seen);
  }
}

// A worker that could not go on says so: nobody has to wait for it.
void fail() {
  failed = true;
  loop.next = loop.count;
  loop.helpers--;
  left.change();
}

}  // namespace ppcn
