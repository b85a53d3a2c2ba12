// The arithmetic on rows of maps, as tables of functions: one table for each instruction set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ppcn {

constexpr int kLine = 16;  // floats in a line of the cache

// The first address from p on where a line of the cache begins: a long vector elsewhere would lie in two lines. Static:
// each instruction set's file keeps its own.
static inline float* aligned(float* p) {
  const uintptr_t number = reinterpret_cast<uintptr_t>(p) / sizeof(float);
  return p + (kLine - number % kLine) % kLine;
}

// A map in memory, with strides. Only the copying functions take maps whose columns are not side by side, such as the
// interleaved pixels of a picture.
struct View {
  float* origin = nullptr;
  long channel_step = 0, row_step = 0, column_step = 1;

  float* at(int channel, long y, long x) const {
    return origin + channel * channel_step + y * row_step + x * column_step;
  }
};

// kLeaky: leaky rectifier. kClip: to [0, 1]. kSwish: that of SAFMN (networks/safmn.py), x * (0.5 + an odd quintic of
// x).
enum class Function { kLeaky, kTanh, kClip, kSwish };

// Layer normalisation that is fused into a step that reads: (x - mean) * factor * scale + shift.
struct Moments {
  View view{};  // mean and reciprocal standard deviation (factor) of each pixel, at the map's (0, 0); or no origin
  const float *scale = nullptr, *shift = nullptr;  // of each channel
};

// Some outputs of a convolution, which are computed together: their taps, and the weights of those, tap by tap.
struct Block {
  const int* offsets;      // from the first tap of the kernel to each
  int taps;
  const float* weights;
};

// A convolution of a region whose receptive field, padding included, lies around `input`; its epilogue is
// f(sum) * times + plus, and both maps may be missing.
struct Convolution {
  const float* input;      // under the first tap of the first output
  const Block* blocks;     // of kBlockOutputs outputs, the last one of those that remain
  long input_row_step;     // from the input row of an output row to that of the next
  const float* bias;
  int outputs;
  Function function;       // kLeaky or kSwish
  float slope;             // below zero (leaky rectifier); 1 changes nothing
  float* output;
  long output_row_step, output_channel_step;
  int rows, columns;       // columns are rounded up to whole vectors: what lies behind them is overwritten
  View times{}, plus{};    // whose (0, 0) are at the first output
  Moments moments{};       // of `times`
  bool streamed = false;   // past the caches: the output consists of whole lines, and there is an epilogue
};

// A convolution of 3x3 taps, stride 1, dilation 1 or 2, by Winograd's algorithm: a quarter of the products
// (winograd.inl).
struct Winograd {
  View input, output;      // whose (0, 0) are the centre of the first output's receptive field and the first output
  int inputs, outputs, dilation;
  const float* weights;    // for each of the 36 points, in blocks of outputs, input by input
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

// Layer normalisation: the channels of each pixel get mean 0 and variance 1, then a scale and a shift each. Without
// scales the output is what `Moments` need: the mean and the factor.
struct LayerNorm {
  View input, output;      // whose (0, 0) are the first value
  const float *scale, *shift;
  float epsilon;           // added to the variance
  int channels, rows, columns;
};

// Max-pooling by window x window pixels, and a depthwise 3x3 convolution of the pooled map, upsampled back by nearest
// neighbour. The picture cuts windows at its right and lower end. `max_pool` stores the maximum of a window in all
// columns of its first row. `pooled_convolution` reads these (or, with windows of one pixel, the map itself), zero
// outside the picture, and stores each window's sum in all its pixels.
struct Pooling {
  View input, output;      // in the picture's coordinates
  Moments moments;         // of the input, in the picture's coordinates
  int channels, window;    // 1, 2, 4 or 8; for max_pool at least 2
  int top, bottom, left, right;  // the region to compute; for max_pool, whole windows
  int picture_rows, picture_columns;
  int start;               // the row of its window that the picture's row 0 is
  const float *weights, *bias;   // of the convolution: nine and one of each channel
};

constexpr int kCoefficients = 12;  // of a colour transform: three rows of four, for red, green, blue and one

// Colour transforms from a bilateral grid (Chen et al., SIGGRAPH 2007; Gharbi et al., 2017): each pixel gets the one
// that trilinear interpolation finds at its place and at level (sqrt(255 luma + 1) - 1) / 15 * (levels - 1), with the
// luma of BT.601. `grid` is levels x coefficients x cells x cells.
struct Slice {
  View input, output;      // three channels, in the coordinates of the inputs
  const float* grid;
  int levels, cells;
  int top, bottom, left, right;  // the region to compute
  int origin;              // the photo's row that row 0 is
  int photo_rows, photo_columns;
};

// Part of a row of pixels, whose values are added to the sums of cells: to each the share that lies in it.
struct RowOfCells {
  const float* row;        // at the photo's column 0
  int left, right;         // the columns that are added
  int columns, count;      // of the photo, and of equal cells across it
  int first, last;         // the cells that they lie in, `last` excluded
  double weight;           // of all values
  double* sums;            // of these cells
};

struct Kernels {
  const char* name;
  int lanes, block_outputs, block_vectors;
  void (*convolve)(const Convolution&);
  void (*winograd)(const Winograd&, std::vector<float>& scratch);
  void (*pointwise)(const Pointwise&);
  void (*layer_norm)(const LayerNorm&);
  void (*max_pool)(const Pooling&);
  void (*pooled_convolution)(const Pooling&, std::vector<float>& scratch);
  void (*slice)(const Slice&, std::vector<float>& scratch);
  void (*copy)(View from, View to, int channels, int rows, int columns);
  void (*copy_streaming)(View from, View to, int channels, int rows, int columns);  // past the caches
  void (*add_cells)(const RowOfCells&);
  // Adds the values of channel c to sums[c], and their squares to squares[c].
  void (*add_sums)(View map, int channels, int rows, int columns, double* sums, double* squares);
};

// The table of an instruction set, or of the fastest one if the name is empty; null if this processor does not run it.
const Kernels* find_kernels(const std::string& name);

// The instruction sets that this processor runs, the fastest first.
std::vector<std::string> kernel_names();

}  // namespace ppcn
