#include "pool.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace ppcn {
namespace {

constexpr std::chrono::microseconds kMoment{500};

// Tells the processor that this thread only waits.
void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits for a moment, awake, and returns whether it has happened: being woken takes longer than most calls are apart.
bool soon(const auto& happened) {
  const auto end = std::chrono::steady_clock::now() + kMoment;
  do {
    for (int i = 0; i < 32; i++) {
      if (happened()) return true;
      relax();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

// One call of parallel(): whoever helps takes the next number until none is left.
struct Job {
  Job(int count, const std::function<void(int)>& work) : count(count), work(work) {}

  void help() {
    for (int i = next++; i < count; i = next++) {
      work(i);
      if (++done == count) {
        std::lock_guard lock(mutex);
        finished.notify_all();
      }
    }
  }

  void wait() {
    if (soon([&] { return done == count; })) return;
    std::unique_lock lock(mutex);
    finished.wait(lock, [&] { return done == count; });
  }

  const int count;
  const std::function<void(int)>& work;  // valid while a number is left: the caller waits for them
  std::atomic<int> next{0}, done{0};
  std::mutex mutex;
  std::condition_variable finished;
};

class Pool {
 public:
  const pid_t process = getpid();

  void run(const std::shared_ptr<Job>& job, int helpers) {
    {
      std::lock_guard lock(mutex_);
      for (int i = 0; i < helpers; i++) waiting_.push_back(job);
      calls_ += helpers;
      for (; threads_ < helpers; threads_++) std::thread([this] { serve(); }).detach();
    }
    helpers == 1 ? ready_.notify_one() : ready_.notify_all();
    job->help();
    job->wait();
  }

 private:
  void serve() {
    for (;;) {
      soon([&] { return calls_ > 0; });
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return !waiting_.empty(); });
      const std::shared_ptr<Job> job = std::move(waiting_.front());
      waiting_.pop_front();
      calls_--;
      lock.unlock();
      job->help();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::atomic<int> calls_{0};  // as many as wait
  int threads_ = 0;
};

// Never destroyed: its threads sleep until the process ends. After fork() they are gone, and so the child makes a new one.
Pool& pool() {
  static std::atomic<Pool*> current{nullptr};
  Pool* known = current;
  while (!known || known->process != getpid()) {
    Pool* fresh = new Pool;
    if (current.compare_exchange_strong(known, fresh)) return *fresh;
    delete fresh;
  }
  return *known;
}

}  // namespace

void parallel(int count, int threads, const std::function<void(int)>& work) {
  const int helpers = std::min(threads, count) - 1;
  if (helpers <= 0) {
    for (int i = 0; i < count; i++) work(i);
    return;
  }
  pool().run(std::make_shared<Job>(count, work), helpers);
}

int usable_processors() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace ppcn
