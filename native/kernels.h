// The arithmetic on rows of maps, as tables of functions: one table for each instruction set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ppcn {

constexpr int kLine = 16;  // floats in a line of the cache

// The first address from p on where a line of the cache begins: elsewhere, a long vector lies in two. Static: each
// instruction set's file keeps its own.
static inline float* aligned(float* p) {
  const uintptr_t number = reinterpret_cast<uintptr_t>(p) / sizeof(float);
  return p + (kLine - number % kLine) % kLine;
}

// Where the values of a map lie: that of channel c at (y, x) is the one `at` (c, y, x). Only what a caller gives or takes
// may have columns apart, such as the pixels of a picture: all but the copying functions need them side by side.
struct View {
  float* origin = nullptr;
  long channel_step = 0, row_step = 0, column_step = 1;

  float* at(int channel, long y, long x) const {
    return origin + channel * channel_step + y * row_step + x * column_step;
  }
};

// kClip: to [0, 1]. kSwish: that of SAFMN (networks/safmn.py), x * (0.5 + a polynomial in x within its ends).
enum class Function { kLeaky, kTanh, kClip, kSwish };

// With this, a map is normalised as it is read: (x - mean) * factor * scale + shift.
struct Moments {
  View view{};             // the mean and the factor of each pixel, at the map's (0, 0); or no origin
  const float *scale = nullptr, *shift = nullptr;  // of each channel
};

// A convolution of some rows and columns, whose inputs, padding included, lie around `input`: f(sum) * times + plus; both
// may be missing.
struct Convolution {
  const float* input;      // under the first tap of the first output
  const int* offsets;      // from there to each tap
  int taps;
  long input_row_step;     // from the inputs of an output row to those of the next
  const float* weights;    // blocks of outputs; in each, the weights of its outputs tap by tap
  const float* bias;
  int outputs;
  Function function;       // kLeaky or kSwish
  float slope;             // below zero (leaky rectifier); 1 changes nothing
  float* output;
  long output_row_step, output_channel_step;
  int rows, columns;       // columns are rounded up to whole vectors: what lies behind is overwritten
  View times{}, plus{};    // whose (0, 0) are at the first output
  Moments moments{};       // of `times`
  bool streamed = false;   // past the caches: whole lines, and something follows the sums
};

// Three by three taps, stride 1, dilation 1 or 2: computed with a quarter of the multiplications (winograd.inl).
struct Winograd {
  View input, output;      // whose (0, 0) are the first output's centre and the first output
  int inputs, outputs, dilation;
  const float* weights;    // for each of the 36 points, as in Convolution
  const float* bias;
  Function function;       // kLeaky or kSwish
  float slope;
  int rows, columns;       // multiples of 4 * dilation
};

// out = f(scale * a + shift) + b, channel by channel; b may be missing.
struct Pointwise {
  View a, b, out;          // whose (0, 0) are the first value
  const float *scale, *shift;
  Function function;
  float slope;
  int channels, rows, columns;
};

// The channels of each pixel with mean 0 and variance 1, then times a scale and plus a shift for each channel; or, without
// scales, what `Moments` need: the mean and the factor.
struct Normalisation {
  View input, output;      // whose (0, 0) are the first value
  const float *scale, *shift;
  float epsilon;           // added to the variance
  int channels, rows, columns;
};

// Windows of side x side pixels; those at the picture's right and lower end may be cut. `largest` finds the largest value of
// each, and leaves it in all columns of the window's first row. `windows` reads these (or, with a side of 1, the map itself)
// and makes of each a sum of three by three in the same channel, those outside the picture being zero, for all pixels of
// the window.
struct Windows {
  View input, output;      // in the picture's coordinates
  Moments moments;         // of the input, in the picture's coordinates
  int channels, side;      // 1, 2, 4 or 8; at least 2 for the largest values
  int top, bottom, left, right;       // what is made; of the largest values, whole windows
  int picture_rows, picture_columns;
  int start;               // of picture row 0, below its window's first one
  const float *weights, *bias;  // of the sums: nine and one of each channel
};

struct Kernels {
  const char* name;
  int lanes, block_outputs, block_vectors;
  void (*convolve)(const Convolution&);
  void (*winograd)(const Winograd&, std::vector<float>& scratch);
  void (*pointwise)(const Pointwise&);
  void (*normalise)(const Normalisation&);
  void (*largest)(const Windows&);
  void (*windows)(const Windows&, std::vector<float>& scratch);
  void (*copy)(View from, View to, int channels, int rows, int columns);
  void (*copy_out)(View from, View to, int channels, int rows, int columns);  // to what is not read again soon
  // Adds to sums[c] the values of channel c, and to squares[c] their squares.
  void (*gather)(View map, int channels, int rows, int columns, double* sums, double* squares);
};

// The table by name, or the fastest that this processor runs if the name is empty; null if there is none of that name.
const Kernels* find_kernels(const std::string& name);

// The names of all that this processor runs, the fastest first.
std::vector<std::string> kernel_names();

}  // namespace ppcn
