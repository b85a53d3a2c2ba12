// Random programs on random pictures against plain loops in float64: in one piece, and in strips of random heights, and
// with all maps as pixels, which have to give the same bits. Then the same with allocations that fail, and the thread
// pool with work that throws; WebAssembly, which has neither exceptions nor threads here, does without. Prints a digest
// of all results. Usage: ppcn_check [PROGRAMS [FIRST_SEED]].
#include <algorithm>
#include <atomic>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <stdexcept>
#if !defined(__wasm__)
#include <thread>
#endif

#include "execute.h"
#include "pool.h"

using namespace ppcn;

#if defined(__wasm__)
extern "C" void* __cxa_allocate_exception(std::size_t) noexcept { std::abort(); }
extern "C" void __cxa_throw(void*, void*, void (*)(void*)) { std::abort(); }
#endif

// Allocations of all threads that succeed before one fails, and whether those after it fail, too.
std::atomic<long> allocations_left{LONG_MAX};
std::atomic<bool> memory_is_full{false};

void* operator new(std::size_t size) {
  const long left = allocations_left--;
  void* found = left == 0 || (left < 0 && memory_is_full) ? nullptr : std::malloc(size);
  return found ? found : throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

struct Map {
  int channels, rows, columns;
  std::vector<double> values = std::vector<double>(size_t(channels) * rows * columns);

  double& at(int c, int y, int x) { return values[(size_t(c) * rows + y) * columns + x]; }
};

// Steps are added to a program, and are run on the picture in float64, one by one.
class Case {
 public:
  Case(unsigned seed, const Kernels& kernels) : chance_(seed), program({channels_ = pick(1, 9)}, kernels) {
    rows = pick(1, 100), columns = pick(1, pick(1, 400));
    maps.push_back({channels_, rows, columns});
    for (double& value : maps[0].values) value = float(number());
    const int steps = pick(1, 12);
    while (int(maps.size()) <= steps) append();
    program.mark_output(maps.size() - 1);
    const int other = pick_map(1), may_be_counted[] = {-1, 0, other, int(maps.size()) - 1};
    program.mark_output(other);
    summed = may_be_counted[pick(0, 3)];
  }

  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(chance_); }

  int pick_map(int least) {
    const int found = pick(least, maps.size() - 1);
    return maps[found].channels ? found : found + 1;
  }

 private:
  std::mt19937 chance_;
  int channels_;

 public:
  Program program;
  int rows, columns, summed, cells = 0;
  bool stores = true;
  std::vector<Map> maps;
  std::vector<std::vector<float>> scales, shifts, grids;

 private:
  double number() { return std::uniform_real_distribution<double>(-1, 1)(chance_); }

  std::vector<float> numbers(size_t count, double most) {
    std::vector<float> found(count);
    for (float& value : found) value = most * number();
    return found;
  }

  void append() {
    const int last = maps.size() - 1, source = pick(0, 3) ? last : pick_map(0), scale = program.values()[source].scale;
    const int channels = maps[source].channels;
    if (channels == 3 && scale == 1 && pick(0, 1)) return slice(source);
    switch (pick(0, 11)) {
      case 0:
      case 1:
        return pointwise(source);
      case 2:
        if (maps[last].rows == maps[source].rows && channels + maps[last].channels <= 64)
          return concatenate({source, last});
        break;
      case 3:
        if (channels % 4 == 0 && scale == 1) return pixel_shuffle(source, 2);
        break;
      case 4:
        return layer_norm(source);
      case 5:
        if (scale == 1) return pooled_convolution(source);
        break;
    }
    convolution(source, scale % 2 == 0 && pick(0, 1) ? 2 : 1);
  }

  void convolution(int source, int stride) {
    Map& in = maps[source];
    constexpr int widths[] = {1, 2, 3, 3, 3, 7}, channels[] = {3, 8, 16, 16, 32, 48};
    const int height = widths[pick(0, 5)], width = widths[pick(0, 5)], outputs = channels[pick(0, 5)];
    const int dilation = pick(1, 2), top = height / 2 * dilation, left = width / 2 * dilation;
    const auto even = [&](int taps, int before) { return std::abs((taps - 1) * dilation - 2 * before) <= 1; };
    const bool mirrored = stride == 1 && even(height, top) && even(width, left) && pick(0, 4) == 0;
    const float slope = pick(0, 1) ? 1 : 0.05f;
    const Function function = pick(0, 3) ? Function::kLeaky : Function::kSwish;
    constexpr int all_parts[] = {1, 1, 2, 3, 8};
    int parts = all_parts[pick(0, 4)];
    if (in.channels % parts || outputs % parts) parts = 1;
    const int inputs = in.channels / parts, taps = inputs * height * width;
    std::vector<float> weights = numbers(size_t(outputs) * taps, 1.7 / std::sqrt(taps));
    if (pick(0, 3) == 0)
      for (float& weight : weights)
        if (pick(0, 9)) weight = 0;
    const std::vector<float> bias = numbers(outputs, 0.5);
    int others[] = {-1, -1};  // times, plus
    if (height * width * stride == 1)
      for (int& other : others)
        for (int i = 0; i < int(maps.size()); i++)
          if (maps[i].channels == outputs && maps[i].rows == in.rows && pick(0, 1)) other = i;
    program.convolution(source, outputs, weights, bias, {height, width}, stride, dilation, top, left, mirrored,
                        function, slope, others[0], others[1]);
    Map out{outputs, in.rows / stride, in.columns / stride};
    const auto inside = [&](int i, int size) {
      if (mirrored) i = i < 0 ? std::min(-1 - i, size - 1) : i >= size ? std::max(2 * size - 1 - i, 0) : i;
      return i < size ? i : -1;
    };
    const float* weight = weights.data();
    for (int o = 0; o < outputs; o++) {
      const int first = o / (outputs / parts) * inputs;
      for (int c = first; c < first + inputs; c++)
        for (int ky = 0; ky < height; ky++)
          for (int kx = 0; kx < width; kx++, weight++)
            for (int y = 0; y < out.rows; y++) {
              const int from_y = inside(y * stride - top + ky * dilation, in.rows);
              for (int x = 0; x < out.columns && from_y >= 0; x++) {
                const int from_x = inside(x * stride - left + kx * dilation, in.columns);
                if (from_x >= 0) out.at(o, y, x) += *weight * in.at(c, from_y, from_x);
              }
            }
      for (int i = 0; i < out.rows * out.columns; i++) {
        double& value = out.at(o, 0, i);
        value += bias[o];
        value = function == Function::kSwish ? swish(value) : std::max(value, value * slope);
        if (others[0] >= 0) value *= maps[others[0]].at(o, 0, i);
        if (others[1] >= 0) value += maps[others[1]].at(o, 0, i);
      }
    }
    maps.push_back(std::move(out));
  }

  static double swish(double x) {
    const double c = std::clamp(x, -2.4475, 2.4475);
    return x * (0.5 + 0.3935 * c - 0.055 * std::pow(c, 3) + 0.0039086342 * std::pow(c, 5));
  }

  void layer_norm(int source) {
    Map out = maps[source];
    const std::vector<float> scale = numbers(out.channels, 2), shift = numbers(out.channels, 0.5);
    constexpr float epsilon = 0.1f;
    program.layer_norm(source, scale, shift, epsilon);
    for (int i = 0; i < out.rows * out.columns; i++) {
      double mean = 0, variance = 0;
      for (int c = 0; c < out.channels; c++) mean += out.at(c, 0, i) / out.channels;
      for (int c = 0; c < out.channels; c++) variance += std::pow(out.at(c, 0, i) - mean, 2) / out.channels;
      for (int c = 0; c < out.channels; c++) {
        double& value = out.at(c, 0, i);
        value = (value - mean) / std::sqrt(variance + epsilon) * scale[c] + shift[c];
      }
    }
    maps.push_back(std::move(out));
  }

  void pooled_convolution(int source) {
    Map out = maps[source];
    std::vector<int> windows{1 << pick(0, 3)};
    while (out.channels % (windows.size() + 1) == 0 && pick(0, 3)) windows.push_back(1 << pick(0, 3));
    const std::vector<float> weights = numbers(9 * out.channels, 0.6), bias = numbers(out.channels, 0.5);
    const int made = program.pooled_convolution(source, windows, weights, bias);
    if (made > int(maps.size())) maps.push_back({0, 0, 0});  // the largest values, which nobody else may read
    for (int c = 0; c < out.channels; c++) {
      const int side = windows[c / (out.channels / windows.size())];
      Map coarse{1, (out.rows + side - 1) / side, (out.columns + side - 1) / side};
      std::fill(coarse.values.begin(), coarse.values.end(), -INFINITY);
      for (int y = 0; y < out.rows; y++)
        for (int x = 0; x < out.columns; x++) {
          double& largest = coarse.at(0, y / side, x / side);
          largest = std::max(largest, maps[source].at(c, y, x));
        }
      for (int y = 0; y < out.rows; y++)
        for (int x = 0; x < out.columns; x++) {
          double& sum = out.at(c, y, x) = bias[c];
          for (int tap = 0; tap < 9; tap++) {
            const int row = y / side + tap / 3 - 1, column = x / side + tap % 3 - 1;
            if (row >= 0 && row < coarse.rows && column >= 0 && column < coarse.columns)
              sum += weights[9 * c + tap] * coarse.at(0, row, column);
          }
        }
    }
    maps.push_back(std::move(out));
  }

  void pointwise(int source) {
    std::vector<int> sources{source};
    for (int other = 0; other < int(maps.size()) && sources.size() < 2 && pick(0, 1); other++)
      if (maps[other].rows == maps[source].rows && maps[other].channels == maps[source].channels)
        sources.push_back(other);
    constexpr Function functions[] = {Function::kLeaky, Function::kTanh, Function::kClip, Function::kSwish};
    const Function function = functions[pick(0, 3)];
    constexpr float slope = 0.2f;
    program.pointwise(sources, function, slope);
    const int channels = maps[source].channels;
    scales.push_back(numbers(channels, 2));
    shifts.push_back(numbers(channels, 0.5));
    Map out = maps[source];
    for (int c = 0; c < channels; c++)
      for (int y = 0; y < out.rows; y++)
        for (int x = 0; x < out.columns; x++) {
          const double value = scales.back()[c] * out.at(c, y, x) + shifts.back()[c];
          out.at(c, y, x) = function == Function::kTanh    ? std::tanh(value)
                            : function == Function::kClip  ? std::clamp(value, 0., 1.)
                            : function == Function::kSwish ? swish(value)
                                                           : std::max(value, value * slope);
          if (sources.size() > 1) out.at(c, y, x) += maps[sources[1]].at(c, y, x);
        }
    maps.push_back(std::move(out));
  }

  void slice(int source) {
    const int levels = pick(1, 5), cells = pick(1, 4);
    program.slice(source, levels, cells);
    const std::vector<float> grid = numbers(size_t(levels) * 12 * cells * cells, 1);
    const auto hat = [](double x) { return std::max(0., 1 - std::abs(x)); };
    const auto place = [&](int i, int size) { return std::clamp((i + 0.5) * cells / size - 0.5, 0., cells - 1.); };
    Map out = maps[source];
    for (int y = 0; y < out.rows; y++)
      for (int x = 0; x < out.columns; x++) {
        double in[4] = {0, 0, 0, 1}, made[3] = {};
        for (int c = 0; c < 3; c++) in[c] = maps[source].at(c, y, x);
        const double luma = std::clamp(0.299 * in[0] + 0.587 * in[1] + 0.114 * in[2], 0., 1.);
        const double level = (std::sqrt(255 * luma + 1) - 1) / 15 * (levels - 1);
        for (size_t i = 0; i < grid.size(); i++) {
          const int column = i % cells, row = i / cells % cells, k = i / cells / cells % 12, l = i / cells / cells / 12;
          const double share = hat(level - l) * hat(place(y, out.rows) - row) * hat(place(x, out.columns) - column);
          made[k / 4] += share * grid[i] * in[k % 4];
        }
        for (int c = 0; c < 3; c++) out.at(c, y, x) = made[c];
      }
    grids.push_back(grid);
    maps.push_back(std::move(out));
  }

  void concatenate(const std::vector<int>& sources) {
    program.concatenate(sources);
    Map out{0, maps[sources[0]].rows, maps[sources[0]].columns};
    for (int source : sources) {
      out.channels += maps[source].channels;
      out.values.insert(out.values.end(), maps[source].values.begin(), maps[source].values.end());
    }
    maps.push_back(std::move(out));
  }

  void pixel_shuffle(int source, int factor) {
    program.pixel_shuffle(source, factor);
    Map& in = maps[source];
    Map out{in.channels / factor / factor, in.rows * factor, in.columns * factor};
    for (int c = 0; c < out.channels; c++)
      for (int y = 0; y < out.rows; y++)
        for (int x = 0; x < out.columns; x++)
          out.at(c, y, x) = in.at((c * factor + y % factor) * factor + x % factor, y / factor, x / factor);
    maps.push_back(std::move(out));
  }
};

// Maps in memory of their exact size, for the sanitizer: plane by plane, or pixel by pixel.
struct Memory {
  Memory(int channels, long rows, long columns, bool pixels)
      : floats(channels * rows * columns),
        view(pixels ? View{floats.data(), 1, columns * channels, channels}
                    : View{floats.data(), rows * columns, columns, 1}) {}

  std::vector<float> floats;
  View view;
};

// All outputs one behind the other, as strips of so many rows (and those that the last one has) make them, if they are
// stored.
std::vector<float> run(Executor& executor, Case& c, int strip, int threads, bool pixels, std::vector<double>& sums) {
  std::vector<std::vector<float>> outputs;
  const auto& values = c.program.values();
  for (int top = 0; top < c.rows; top += strip) {
    const int bottom = std::min(top + strip, c.rows);
    const int first = std::max(top - executor.halo(), 0), last = std::min(bottom + executor.halo(), c.rows);
    Memory input(c.maps[0].channels, last - first, c.columns, pixels);
    for (int channel = 0; channel < c.maps[0].channels; channel++)
      for (int y = first; y < last; y++)
        for (int x = 0; x < c.columns; x++) *input.view.at(channel, y - first, x) = c.maps[0].at(channel, y, x);
    Request request{.rows = last - first, .columns = c.columns, .origin = first, .top = top - first,
                    .bottom = bottom - first, .photo_rows = c.rows, .threads = threads};
    request.inputs.push_back(input.view);
    std::vector<Memory> made;
    for (const Value& value : values)
      if (value.output && c.stores) {
        made.emplace_back(value.channels, long(bottom - top) * value.scale, long(c.columns) * value.scale, pixels);
        request.outputs.push_back(made.back().view);
      }
    for (size_t i = 0; i < c.scales.size(); i++) {
      request.scales.push_back(c.scales[i].data());
      request.shifts.push_back(c.shifts[i].data());
    }
    for (const auto& grid : c.grids) request.grids.push_back(grid.data());
    request.summed = c.summed, request.cells = c.cells;
    const Sums found = executor.run(request);
    sums.resize(found.sums.size());
    for (size_t i = 0; i < sums.size(); i++) sums[i] += found.sums[i];
    size_t number = 0;
    for (const Value& value : values)
      if (value.output && c.stores) {
        if (outputs.size() <= number)
          outputs.emplace_back(size_t(value.channels) * c.rows * c.columns * value.scale * value.scale);
        const long width = long(c.columns) * value.scale;
        for (int channel = 0; channel < value.channels; channel++)
          for (int y = 0; y < (bottom - top) * value.scale; y++)
            for (int x = 0; x < width; x++)
              outputs[number][((long(channel) * c.rows + top) * value.scale + y) * width + x] =
                  *made[number].view.at(channel, y, x);
        number++;
      }
  }
  std::vector<float> all;
  for (const auto& output : outputs) all.insert(all.end(), output.begin(), output.end());
  return all;
}

// FNV-1a of the bits of all results so far.
uint64_t digest = 0xcbf29ce484222325;
void note(const std::vector<float>& values) {
  for (float value : values) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    digest = (digest ^ bits) * 0x100000001b3;
  }
}

double tolerance(double value) { return 1e-4 * (1 + std::abs(value)); }

// Says what is wrong with the sums over cells of a value, in strips of random heights, if anything.
const char* complaint_about_cells(unsigned seed, const Kernels& kernels) {
  Case c(seed, kernels);
  const Value& made = c.program.values()[c.summed = std::max(c.summed, 0)];
  if (made.scale != 1) c.summed = 0;
  c.cells = c.pick(1, 64), c.stores = c.pick(0, 1);
  Executor executor(c.program);
  std::vector<double> sums, again;
  const int strip = c.pick(1, c.rows);
  run(executor, c, strip, 1, c.pick(0, 1), sums);
  run(executor, c, strip, c.pick(2, 4), c.pick(0, 1), again);
  if (again != sums) return "depend on threads or on where values lie";
  const auto share = [&](int pixel, int cell, int size) {
    const double side = double(size) / c.cells;
    return std::max(0., std::min<double>(pixel + 1, (cell + 1) * side) - std::max<double>(pixel, cell * side));
  };
  Map& map = c.maps[c.summed];
  for (size_t number = 0; number < sums.size(); number++) {
    const int x_cell = number % c.cells, y_cell = number / c.cells % c.cells, channel = number / c.cells / c.cells;
    double exact = 0, allowed = 1e-9;
    for (int y = 0; y < c.rows; y++)
      if (const double down = share(y, y_cell, c.rows); down > 0)
        for (int x = 0; x < c.columns; x++) {
          const double value = map.at(channel, y, x), part = down * share(x, x_cell, c.columns);
          exact += part * value, allowed += c.summed ? part * tolerance(value) : 0;
        }
    if (!(std::abs(sums[number] - exact) <= allowed)) return "are not those of plain loops";
  }
  return nullptr;
}

// Says what is wrong with a program, if anything.
const char* complaint(unsigned seed, const Kernels& kernels) {
  Case c(seed, kernels);
  Executor executor(c.program);
  std::vector<double> sums, others;
  const std::vector<float> whole = run(executor, c, c.rows, 1, false, sums);
  note(whole);
  size_t at = 0;
  for (size_t i = 0; i < c.maps.size(); i++)
    if (c.program.values()[i].output)
      for (double value : c.maps[i].values)
        if (!(std::abs(whole[at++] - value) <= tolerance(value))) return "is not what plain loops make";
  for (size_t i = 0; i < sums.size(); i++) {
    Map& map = c.maps[c.summed];
    double exact = 0, allowed = 0;
    for (int y = 0; y < map.rows; y++)
      for (int x = 0; x < map.columns; x++) exact += map.at(i, y, x), allowed += tolerance(map.at(i, y, x));
    if (!(std::abs(sums[i] - exact) <= allowed)) return "has other sums than plain loops";
  }
  for (int again = 0; again < 3; again++)
    if (run(executor, c, c.pick(1, c.rows), c.pick(1, 3), c.pick(0, 1), others) != whole)
      return "depends on strips, threads or where values lie";
  return nullptr;
}

#if !defined(__wasm__)
// Says what is wrong after an allocation has failed, in whichever thread.
const char* complaint_about_memory(unsigned seed, const Kernels& kernels) {
  Case c(seed, kernels);
  Executor executor(c.program);
  std::vector<double> sums;
  const std::vector<float> whole = run(executor, c, c.rows, 1, false, sums);
  bool failed = true;
  for (long allowed = 0; failed; allowed += 1 + allowed / 4) {
    memory_is_full = allowed % 2;
    allocations_left = allowed;
    try {
      run(executor, c, c.rows, 3, false, sums);
      failed = false;
    } catch (const std::bad_alloc&) {
    }
    allocations_left = LONG_MAX;
    if (run(executor, c, c.rows, 3, false, sums) != whole) return "differs once memory has been short";
  }
  return nullptr;
}

// Says what is wrong with loops of which some throw, in whichever thread.
const char* complaint_about_pool() {
  Arena arena;
  for (int round = 0; round < 300; round++) {
    const bool throws = round % 3;
    std::vector<std::atomic<int>> calls(64);
    std::atomic<int> running{0};
    const auto work = [&](int i, Arena&) {
      calls[i]++, running++;
      std::this_thread::yield();
      running--;
      if (throws && i % 5 == round % 5) throw std::runtime_error("work");
    };
    bool thrown = false;
    try {
      parallel(calls.size(), 1 + round % 4, arena, work);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    if (thrown != throws) return "does not pass exceptions on";
    if (running) return "returns while work is running";
    for (const auto& each : calls)
      if (each > 1 || (!throws && each < 1)) return "does not call each index once";
  }
  return nullptr;
}

// Says what is wrong with the pool, used by three threads at once.
const char* complaint_about_pools() {
  std::atomic<const char*> wrong_pool{nullptr};
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; i++)
    callers.emplace_back([&] {
      if (const char* wrong = complaint_about_pool()) wrong_pool = wrong;
    });
  for (std::thread& caller : callers) caller.join();
  return wrong_pool;
}
#else
const char* complaint_about_memory(unsigned, const Kernels&) { return nullptr; }
const char* complaint_about_pools() { return nullptr; }
#endif

int main(int count, char** arguments) {
  const unsigned programs = count > 1 ? std::atoi(arguments[1]) : 100, first = count > 2 ? std::atoi(arguments[2]) : 0;
  if (const char* wrong = complaint_about_pools()) return std::printf("the thread pool %s\n", wrong), 1;
  for (const std::string& name : kernel_names()) {
    for (unsigned seed = first; seed < first + programs; seed++) {
      const char* wrong = complaint(seed, *find_kernels(name));
      if (!wrong && seed % 10 == 0) wrong = complaint_about_memory(seed, *find_kernels(name));
      if (wrong) return std::printf("%s: program %u %s\n", name.c_str(), seed, wrong), 1;
      wrong = complaint_about_cells(seed, *find_kernels(name));
      if (wrong) return std::printf("%s: sums over cells %u %s\n", name.c_str(), seed, wrong), 1;
    }
    std::printf("%s: %u programs agree, digest %016llx\n", name.c_str(), programs, (unsigned long long)digest);
  }
}
