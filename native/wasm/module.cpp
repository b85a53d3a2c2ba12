// The kernel as a WebAssembly module for the page (web/src/network/kernel.ts), without anything of an operating system.
// A failure ends the call: throwing calls the page, which throws in JavaScript.
#include <atomic>
#include <cstdlib>
#include <new>
#include <typeinfo>

#include "../pool.h"
#include "pixels.h"

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
#define IMPORT(name) extern "C" __attribute__((import_module("page"), import_name(#name)))

IMPORT(fail) [[noreturn]] void throw_error(bool memory);

// One thread at a time: the C library knows no threads here.
static std::atomic_flag allocating;
void* operator new(std::size_t size) {
  while (allocating.test_and_set()) {
  }
  void* const found = std::malloc(size);
  allocating.clear();
  return found ? found : throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  while (allocating.test_and_set()) {
  }
  std::free(memory);
  allocating.clear();
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

extern "C" void* __cxa_allocate_exception(std::size_t) noexcept {
  alignas(16) static char room[256];
  return room;
}
extern "C" [[noreturn]] void __cxa_throw(void*, std::type_info* type, void (*)(void*)) {
  throw_error(*type == typeid(std::bad_alloc));
}

namespace ppcn {

// Of pool.cpp.
void picture_begins();
void picture_ends();
void serve();
void fail();

namespace {

constexpr int kRows = 32;  // that a thread converts at a time

// One picture on its way through a network.
struct Picture {
  Picture(const Network& network, int columns, int rows, size_t memory, int threads)
      : network(network), columns(columns), rows(rows), threads(threads),
        sweeps(network, rows + 2 * network.border, columns + 2 * network.border, memory, threads) {
    picture_begins();
  }
  ~Picture() { picture_ends(); }

  int scale() const { return network.scale(); }
  int width() const { return columns + 2 * network.border; }

  // The rows of the result without its border that the strip at hand makes.
  Rows made() const {
    const Rows found = sweeps.makes();
    const int border = network.border * scale();
    return {std::max(found.top - border, 0), std::min(found.bottom - border, rows * scale())};
  }

  const Network& network;
  const int columns, rows, threads;
  Sweeps sweeps;
  Arena arena;
  std::vector<float> planes, result;
  std::vector<uint8_t> bytes;   // of the rows that are read
  std::vector<uint8_t> output;  // of those that are made
};

}  // namespace

EXPORT(allocate) void* allocate(size_t size) { return operator new(size); }
EXPORT(release) void release(void* memory) { operator delete(memory); }

EXPORT(openNetwork) Network* open_network(const uint8_t* file, size_t size) {
  return new Network(read_network({file, size}, *find_kernels("")));
}
EXPORT(scale) int scale(const Network* network) { return network->scale(); }

EXPORT(begin) Picture* begin(const Network* network, int columns, int rows, size_t memory, int threads) {
  return new Picture(*network, columns, rows, memory, threads);
}
EXPORT(end) void end(Picture* picture) { delete picture; }

// Goes on to the next strip. Writes the rows of the picture that it reads and those of the result that it makes (top,
// bottom), which may be none, and where the bytes of both are; returns whether there is a strip.
struct Strip {
  Rows reads, makes;
  uint8_t *read, *made;
};
EXPORT(next) bool next(Picture* picture, Strip* strip) {
  Picture& p = *picture;
  if (!p.sweeps.next()) return false;
  const Rows reads = p.sweeps.reads(), makes = p.made();
  strip->reads = reads.count() ? mirrored(reads, p.rows, p.network.border) : Rows{};
  strip->makes = makes.count() > 0 ? makes : Rows{};
  p.bytes.resize(size_t(strip->reads.count()) * p.columns * 4);
  p.output.resize(size_t(strip->makes.count()) * p.columns * p.scale() * 4);
  strip->read = p.bytes.data(), strip->made = p.output.data();
  return true;
}

// Computes the strip from the bytes of the rows that it reads; alpha of the result stays. `grey`: three factors, or
// null.
EXPORT(compute) void compute(Picture* picture, const Strip* strip, const float* grey) {
  Picture& p = *picture;
  const int border = p.network.border;
  const Rows reads = p.sweeps.reads(), makes = p.sweeps.makes();
  const auto by_rows = [&](Rows rows, auto work) {
    parallel((rows.count() + kRows - 1) / kRows, p.threads, p.arena, [&](int i, Arena&) {
      const int top = rows.top + i * kRows;
      work(Rows{top, std::min(top + kRows, rows.bottom)});
    });
  };
  const auto planes = [](std::vector<float>& floats, long rows, long columns) {
    floats.resize(3 * rows * columns);
    return View{floats.data(), rows * columns, columns};
  };
  const View input = planes(p.planes, reads.count(), p.width());
  by_rows(reads, [&](Rows rows) {
    View part = input;
    part.origin += (rows.top - reads.top) * part.row_step;
    to_planes({p.bytes.data(), p.columns, strip->reads.top}, p.rows, border, rows, part);
  });
  View result = planes(p.result, makes.count(), long(p.width()) * p.scale());
  p.sweeps.compute(input, result);
  by_rows(strip->makes, [&](Rows rows) {
    View part = result;
    part.origin += (rows.top + border * p.scale() - makes.top) * part.row_step;
    to_pixels(part, border * p.scale(), rows, grey, {p.output.data(), p.columns * p.scale(), strip->makes.top});
  });
}

EXPORT(done) double done(const Picture* picture) { return picture->sweeps.done(); }

// Of a worker: its work as long as there are pictures, and what it says where that fails.
EXPORT(serve) void serve_loops() { serve(); }
EXPORT(fail) void worker_failed() { fail(); }

}  // namespace ppcn
