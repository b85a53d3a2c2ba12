// The arithmetic of kernels.h for one instruction set; see simd.h. Included by kernels_*.cpp.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "kernels.h"
#include "simd.h"

namespace ppcn::PPCN_ISA {

inline Vec leaky_relu(Vec x, float slope) {
  return maximum(x * slope, x);  // for a slope of at most 1; NaN stays NaN
}

inline Vec clip(Vec x) {
  return minimum(broadcast(1), maximum(Vec{}, x));  // NaN stays NaN
}

// e^x where that is a float. e^x = 2^n * e^r with |r| <= ln(2) / 2.
inline Vec exp(Vec x) {
  typedef int Ints __attribute__((vector_size(4 * kLanes)));
  const float round = 0x1.8p23f;  // added to a small number, this leaves its integer part in the lowest bits
  const Vec shifted = x * 1.44269504088896f + round;  // 1 / ln(2)
  const Vec n = shifted - round;
  const Vec r = x - n * 0.693147180559945f;
  Vec e = r * (1 / 5040.f) + (1 / 720.f);
  e = e * r + (1 / 120.f);
  e = e * r + (1 / 24.f);
  e = e * r + (1 / 6.f);
  e = e * r + 0.5f;
  e = e * r + 1;
  e = e * r + 1;
  return e * (Vec)(((Ints)shifted << 23) + 0x3f800000);
}

inline Vec clamp(Vec x, float limit) {  // NaN stays NaN
  return maximum(broadcast(-limit), minimum(broadcast(limit), x));
}

// (1 - e) / (1 + e) with e = exp(-2x), within 2e-7; beyond 10, 1 - tanh(x) vanishes beside 1.
inline Vec tanh(Vec x) {
  const Vec e = exp(clamp(x, 10) * -2);
  return (1 - e) / (1 + e);
}

inline Vec swish(Vec x) {
  const Vec c = clamp(x, 2.4475f), d = c * c;
  return x * (c * ((d * 0.0039086342f - 0.055f) * d + 0.3935f) + 0.5f);
}

template <Function kFunction>
inline Vec apply(Vec x, float slope) {
  if constexpr (kFunction == Function::kTanh) return tanh(x);
  if constexpr (kFunction == Function::kClip) return clip(x);
  if constexpr (kFunction == Function::kSwish) return swish(x);
  return leaky_relu(x, slope);
}

// Prefetching rows: those of a tile are too short for the processor to do so by itself. Into the second-level cache, as
// the first has few places for lines on their way.
constexpr int kPrefetchRows = 8, kSecondLevel = 2;

// The epilogue of a block: its sums, rectified already, lie in the first-level cache, kSums columns of each output.
constexpr int kSums = kBlockVectors * kLanes;
template <bool kSwish, bool kTimes, bool kNormalised, bool kPlus>
void epilogue(const Convolution& c, const float* sums, int channel, int outputs, int y, int left, int columns) {
  const auto epilogue_of_column = [&](int x, auto load_part, auto store_part) {
    Vec mean{}, factor{};
    const View& moments = c.moments.view;
    if constexpr (kNormalised) mean = load_part(moments.at(0, y, x)), factor = load_part(moments.at(1, y, x));
    for (int o = 0; o < outputs; o++) {
      Vec v = load(sums + o * kSums + x - left);
      if constexpr (kSwish) v = swish(v);
      if constexpr (kTimes) {
        const float* times = c.times.at(channel + o, y, x);
        __builtin_prefetch(times + c.times.row_step, 0, kSecondLevel);
        Vec by = load_part(times);
        if constexpr (kNormalised)
          by = (by - mean) * (factor * c.moments.scale[channel + o]) + c.moments.shift[channel + o];
        v *= by;
      }
      if constexpr (kPlus) {
        const float* plus = c.plus.at(channel + o, y, x);
        __builtin_prefetch(plus + c.plus.row_step, 0, kSecondLevel);
        v += load_part(plus);
      }
      store_part(c.output + (channel + o) * c.output_channel_step + y * c.output_row_step + x, v);
    }
  };
  const auto load_whole = [](const float* p) { return load(p); };
  const int right = left + columns;
  int x = left;
  if (c.streamed)
    for (; x < right; x += kLanes) epilogue_of_column(x, load_whole, [](float* p, Vec v) { stream(p, v); });
  for (; x + kLanes <= right; x += kLanes) epilogue_of_column(x, load_whole, [](float* p, Vec v) { store(p, v); });
  if (const int rest = right - x; rest > 0)
    epilogue_of_column(x, [=](const float* p) { return load(p, rest); }, [=](float* p, Vec v) { store(p, v, rest); });
}

using Epilogue = void (*)(const Convolution&, const float*, int, int, int, int, int);

template <bool... kChosen>
Epilogue choose_epilogue(const Convolution& c) {
  if constexpr (sizeof...(kChosen) == 4) {
    return epilogue<kChosen...>;
  } else {
    const bool present[] = {c.function == Function::kSwish, c.times.origin != nullptr, c.moments.view.origin != nullptr,
                        c.plus.origin != nullptr};
    return present[sizeof...(kChosen)] ? choose_epilogue<kChosen..., true>(c) : choose_epilogue<kChosen..., false>(c);
  }
}

// The inner kernel: kOutputs channels x kVectors vectors of one row stay in registers while all taps are added up. Each
// loaded input serves kOutputs products and each weight kVectors, so that the multipliers are the limit, not the loads.
template <int kOutputs, int kVectors>
void block(const Convolution& c, const Block& b, const float* input, const float* bias, const float* plus, int columns,
           float* output, long step) {
  Vec sum[kOutputs][kVectors];  // in registers, as long as every loop over it is unrolled
#pragma GCC unroll 16
  for (int o = 0; o < kOutputs; o++)
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; v++) sum[o][v] = broadcast(bias[o]);
  if (plus)
#pragma GCC unroll 16
    for (int o = 0; o < kOutputs; o++)
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; v++) {
        const float* p = plus + o * c.plus.channel_step + v * kLanes;
        __builtin_prefetch(p + c.plus.row_step, 0, kSecondLevel);
        const int rest = std::max(columns - v * kLanes, 0);
        sum[o][v] += rest < kLanes ? load(p, rest) : load(p);
      }
  const float* weights = b.weights;
  for (int tap = 0; tap < b.taps; tap++, weights += kOutputs) {
    const float* p = input + b.offsets[tap];
    Vec in[kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; v++) in[v] = load(p + v * kLanes);
#pragma GCC unroll 16
    for (int o = 0; o < kOutputs; o++) {
      const Vec weight = broadcast(weights[o]);
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; v++) sum[o][v] += in[v] * weight;
    }
  }
  const float slope = c.function == Function::kLeaky ? c.slope : 1;
  const auto write = [&](auto store) {
#pragma GCC unroll 16
    for (int o = 0; o < kOutputs; o++)
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; v++) store(output + o * step + v * kLanes, leaky_relu(sum[o][v], slope));
  };
  plus && c.streamed ? write([](float* p, Vec v) { stream(p, v); }) : write([](float* p, Vec v) { store(p, v); });
}

using BlockFunction = void (*)(const Convolution&, const Block&, const float*, const float*, const float*, int, float*,
                               long);

template <int... kOutputs>
constexpr BlockFunction choose_block(int outputs, int vectors, std::integer_sequence<int, kOutputs...>) {
  constexpr BlockFunction table[][kBlockVectors] = {
      {block<kOutputs + 1, 1>, block<kOutputs + 1, 2>, block<kOutputs + 1, 3>}...};
  return table[outputs - 1][vectors - 1];
}

// In blocks of columns whose inputs stay in the first-level cache from one row to the next.
void convolve(const Convolution& c) {
  constexpr int wide = 64 / kLanes >= 4 ? 2 * kSums : kSums;
  constexpr auto sizes = std::make_integer_sequence<int, kBlockOutputs>();
  // A map that is added to plain sums initialises them; all else is the epilogue.
  const bool has_epilogue = c.function != Function::kLeaky || c.times.origin || (c.plus.origin && c.slope != 1);
  const Epilogue run_epilogue = choose_epilogue<>(c);
  alignas(4 * kLanes) float sums[kBlockOutputs * kSums];
  // The additions of a single vector would wait for each other: it joins those before it, in blocks of two.
  for (int left = 0, right; left < c.columns; left = right) {
    right = c.columns - left <= wide + kLanes ? c.columns : left + wide;
    for (int y = 0; y < c.rows; y++) {
      for (int o = 0; o < c.outputs; o += kBlockOutputs) {
        const int outputs = std::min(kBlockOutputs, c.outputs - o);
        const Block& taps = c.blocks[o / kBlockOutputs];
        float* output = c.output + o * c.output_channel_step + y * c.output_row_step;
        for (int x = left, vectors; x < right; x += vectors * kLanes) {
          const int rest = (right - x + kLanes - 1) / kLanes;
          vectors = rest == kBlockVectors + 1 ? 2 : std::min(kBlockVectors, rest);
          const auto block = choose_block(outputs, vectors, sizes);
          const float* input = c.input + y * c.input_row_step + x;
          if (has_epilogue) {
            block(c, taps, input, c.bias + o, nullptr, 0, sums, kSums);
            run_epilogue(c, sums, o, outputs, y, x, std::min(vectors * kLanes, c.columns - x));
          } else {
            block(c, taps, input, c.bias + o, c.plus.origin ? c.plus.at(o, y, x) : nullptr, c.columns - x,
                  output + x, c.output_channel_step);
          }
        }
      }
    }
  }
  if (c.streamed) finish_streaming();
}

template <Function kFunction, bool kAdd>
void pointwise_rows(const Pointwise& p) {
  for (int c = 0; c < p.channels; c++) {
    const Vec scale = broadcast(p.scale[c]), shift = broadcast(p.shift[c]);
    for (int y = 0; y < p.rows; y++) {
      const float *a = p.a.at(c, y, 0), *b = kAdd ? p.b.at(c, y, 0) : nullptr;
      float* out = p.out.at(c, y, 0);
      int x = 0;
      for (; x + kLanes <= p.columns; x += kLanes) {
        __builtin_prefetch(a + x + kPrefetchRows * p.a.row_step, 0, kSecondLevel);
        if constexpr (kAdd) __builtin_prefetch(b + x + kPrefetchRows * p.b.row_step, 0, kSecondLevel);
        Vec v = apply<kFunction>(load(a + x) * scale + shift, p.slope);
        if constexpr (kAdd) v += load(b + x);
        store(out + x, v);
      }
      if (const int rest = p.columns - x) {
        Vec v = apply<kFunction>(load(a + x, rest) * scale + shift, p.slope);
        if constexpr (kAdd) v += load(b + x, rest);
        store(out + x, v, rest);
      }
    }
  }
}

template <Function kFunction>
void pointwise_of(const Pointwise& p) {
  p.b.origin ? pointwise_rows<kFunction, true>(p) : pointwise_rows<kFunction, false>(p);
}

void pointwise(const Pointwise& p) {
  switch (p.function) {
    case Function::kLeaky:
      return pointwise_of<Function::kLeaky>(p);
    case Function::kTanh:
      return pointwise_of<Function::kTanh>(p);
    case Function::kClip:
      return pointwise_of<Function::kClip>(p);
    case Function::kSwish:
      return pointwise_of<Function::kSwish>(p);
  }
}

void layer_norm(const LayerNorm& n) {
  constexpr int kTogether = 4;  // vectors, whose channels stay in the first-level cache
  const float share = 1.f / n.channels;
  const auto part = [&](int y, int x, auto vectors, auto load, auto store) {
    Vec mean[vectors] = {}, factor[vectors] = {};
    for (int c = 0; c < n.channels; c++)
      for (int v = 0; v < vectors; v++) {
        const float* in = n.input.at(c, y, x) + v * kLanes;
        __builtin_prefetch(in + n.input.row_step, 0, kSecondLevel);
        mean[v] += load(in);
      }
    // Divided: a product would be fused with the differences below in some of the parts, which gives other bits there.
    for (int v = 0; v < vectors; v++) mean[v] /= broadcast(n.channels);
    for (int c = 0; c < n.channels; c++)
      for (int v = 0; v < vectors; v++) {
        const Vec deviation = load(n.input.at(c, y, x) + v * kLanes) - mean[v];
        factor[v] += deviation * deviation;
      }
    for (int v = 0; v < vectors; v++) {
      factor[v] = 1 / square_root(factor[v] * share + n.epsilon);
      if (n.scale) continue;
      store(n.output.at(0, y, x) + v * kLanes, mean[v]);
      store(n.output.at(1, y, x) + v * kLanes, factor[v]);
    }
    for (int c = 0; n.scale && c < n.channels; c++)
      for (int v = 0; v < vectors; v++) {
        const Vec deviation = load(n.input.at(c, y, x) + v * kLanes) - mean[v];
        store(n.output.at(c, y, x) + v * kLanes, deviation * (factor[v] * n.scale[c]) + n.shift[c]);
      }
  };
  using One = std::integral_constant<int, 1>;
  using Many = std::integral_constant<int, kTogether>;
  const auto load_whole = [](const float* p) { return load(p); };
  const auto store_whole = [](float* p, Vec v) { store(p, v); };
  for (int y = 0; y < n.rows; y++) {
    int x = 0;
    for (; x + kTogether * kLanes <= n.columns; x += kTogether * kLanes) part(y, x, Many(), load_whole, store_whole);
    for (; x + kLanes <= n.columns; x += kLanes) part(y, x, One(), load_whole, store_whole);
    if (const int rest = n.columns - x)
      part(y, x, One(), [=](const float* p) { return load(p, rest); }, [=](float* p, Vec v) { store(p, v, rest); });
  }
}

// To or from interleaved pixels: pixel by pixel, as the channels of a pixel share a line of the cache.
void copy_pixels(View from, View to, int channels, int rows, int columns) {
  const auto copy_row = [&](int y, auto count) {  // of channels: a constant is much faster
    for (long x = 0; x < columns; x++)
      for (int c = 0; c < count; c++) *to.at(c, y, x) = *from.at(c, y, x);
  };
  for (int y = 0; y < rows; y++) {
    const float* ahead = from.at(0, y + kPrefetchRows, 0);
    for (long i = 0; i < columns * from.column_step; i += kLine) __builtin_prefetch(ahead + i);
    channels == 3 ? copy_row(y, std::integral_constant<int, 3>()) : copy_row(y, channels);
  }
}

void copy(View from, View to, int channels, int rows, int columns) {
  if (from.column_step != 1) return copy_pixels(from, to, channels, rows, columns);
  for (int c = 0; c < channels; c++)
    for (int y = 0; y < rows; y++) {
      const float* in = from.at(c, y, 0);
      float* out = to.at(c, y, 0);
      int x = 0;
      for (; x + kLanes <= columns; x += kLanes) store(out + x, load(in + x));
      if (const int rest = columns - x) store(out + x, load(in + x, rest), rest);
    }
}

// Only lines that lie wholly within a row are streamed.
void copy_streaming(View from, View to, int channels, int rows, int columns) {
  if (to.column_step != 1) return copy_pixels(from, to, channels, rows, columns);
  for (int c = 0; c < channels; c++)
    for (int y = 0; y < rows; y++) {
      const float* in = from.at(c, y, 0);
      float* out = to.at(c, y, 0);
      int x = std::min<int>(-(reinterpret_cast<uintptr_t>(out) / sizeof(float)) % kLine, columns);
      std::copy(in, in + x, out);
      for (; x + kLine <= columns; x += kLine)
        for (int i = 0; i < kLine; i += kLanes) stream(out + x + i, load(in + x + i));
      std::copy(in + x, in + columns, out + x);
    }
  finish_streaming();
}

void add_cells(const RowOfCells& r) {
  typedef double Four __attribute__((vector_size(32)));
  typedef float FourFloats __attribute__((vector_size(16), aligned(4)));
  const double width = double(r.columns) / r.count;
  for (int i = r.first; i < r.last; i++) {
    const double left = std::max<double>(i * width, r.left), right = std::min<double>((i + 1) * width, r.right);
    if (left >= right) continue;
    const int first = left, last = std::min(int(right), r.right - 1);  // the pixels that the edges lie in
    double sum = r.row[first] * (std::min<double>(first + 1, right) - left);
    if (last > first) sum += r.row[last] * (right - last);
    Four inner = {};
    int x = first + 1;
    for (; x + 4 <= last; x += 4)
      inner += __builtin_convertvector(*reinterpret_cast<const FourFloats*>(r.row + x), Four);
    for (; x < last; x++) inner[0] += r.row[x];
    r.sums[i - r.first] += r.weight * (sum + inner[0] + inner[1] + inner[2] + inner[3]);
  }
}

// Eight running sums in float64, whatever the vectors' width: the same bits with every instruction set that has FMA.
void add_sums(View map, int channels, int rows, int columns, double* sums, double* squares) {
  typedef double Four __attribute__((vector_size(32)));
  typedef float FourFloats __attribute__((vector_size(16), aligned(4)));
  for (int c = 0; c < channels; c++) {
    Four sum[2] = {}, square[2] = {};
    const auto add = [&](const float* p) {
      for (int half = 0; half < 2; half++) {
        const Four x = __builtin_convertvector(*reinterpret_cast<const FourFloats*>(p + 4 * half), Four);
        sum[half] += x;
        square[half] += x * x;
      }
    };
    for (int y = 0; y < rows; y++) {
      const float* p = map.at(c, y, 0);
      int x = 0;
      for (; x + 8 <= columns; x += 8) add(p + x);
      if (x < columns) {
        float rest[8] = {};
        std::memcpy(rest, p + x, (columns - x) * sizeof(float));
        add(rest);
      }
    }
    for (int i = 0; i < 8; i++) sums[c] += sum[i / 4][i % 4];
    for (int i = 0; i < 8; i++) squares[c] += square[i / 4][i % 4];
  }
}

}  // namespace ppcn::PPCN_ISA

#include "pooling.inl"
#include "slice.inl"
#include "winograd.inl"

namespace ppcn::PPCN_ISA {

constexpr Kernels table(const char* name) {
  return {name, kLanes, kBlockOutputs, kBlockVectors, convolve, winograd, pointwise, layer_norm, max_pool,
          pooled_convolution, slice, copy, copy_streaming, add_cells, add_sums};
}

}  // namespace ppcn::PPCN_ISA
