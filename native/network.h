// A network as a list of stages: local steps, each of which ends in a statistic of the whole picture or in the result.
#pragma once

#include <cstdint>
#include <span>

#include "execute.h"
#include "tensors.h"

namespace ppcn {

// What a stage tells the next one of its first map: nothing, the mean of each channel, mean and biased variance, or the
// means over the cells of a thumbnail.
enum class Statistic { kNone, kMean, kMoments, kThumbnail };

constexpr int kThumbnail = 64;  // cells along each side of one

// What a sweep of a stage needs of the statistic before it.
struct Prepared {
  std::vector<std::vector<float>> scales, shifts;  // of each pointwise step, in order
  std::vector<std::vector<float>> grids;           // of each slice, in order
};

// A factor or summand of a map: the operator, the number of its tensor, and whether that is the first operand.
struct Affine {
  Operator what;
  int tensor;
  bool first;
};

struct Stage {
  int scale;                          // rows of the result for each row; 1 but for the last stage
  int row_multiple;                   // rows that it is given start at a multiple of so many
  Statistic statistic;                // of its first map
  bool observes;                      // its maps serve the statistic alone: the next stage takes those that it took
  int halo;                           // rows beyond its own that a row can see
  std::vector<int> outputs;           // the value of each map that it makes; one that it takes is passed through
  std::vector<int> channels;          // of each of these
  int tensors_given;                  // of the statistic before: tensors 0, 1 ...
  std::vector<Tensor> constants;      // tensors -1, -2 ...
  std::vector<Operation> operations;  // whose results are the tensors behind those of the statistic
  std::vector<std::vector<Affine>> affine;  // of each pointwise step, in order
  std::vector<int> grids;             // of each slice, the tensor
  Executor executor;

  // Throws std::invalid_argument where the tensors do not fit.
  Prepared prepare(const std::vector<Tensor>& statistic) const;
};

struct Network {
  int border;  // pixels of a mirrored border that a picture has to have
  std::vector<Stage> stages;

  int scale() const { return stages.back().scale; }
};

// Reads a program, a part of such a file. Throws std::invalid_argument.
Program read_program(std::span<const uint8_t> bytes, const Kernels& kernels);

// Reads a network's file, as docs/formats/network.md says. Throws std::invalid_argument.
Network read_network(std::span<const uint8_t> file, const Kernels& kernels);

}  // namespace ppcn
