// The sums that a thumbnail of a photo is made of: over equal cells, in float64.
#pragma once

#include <vector>

#include "kernels.h"

namespace ppcn {

struct Cells {
  int top;         // the photo's row that the first row is
  int photo_rows;
  int count;       // of cells along each side
};

// Channels x cells x cells: a pixel counts in each cell with the share of it that lies there. The sums of a channel are
// added up by one thread: the number of threads changes no bit. Throws std::bad_alloc.
std::vector<double> cell_sums(const Kernels& kernels, View map, int channels, int rows, int columns, Cells cells,
                              int threads);

}  // namespace ppcn
