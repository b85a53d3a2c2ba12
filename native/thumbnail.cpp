#include "thumbnail.h"

#include <algorithm>

#include "pool.h"

namespace ppcn {

std::vector<double> cell_sums(const Kernels& kernels, View map, int channels, int rows, int columns, Cells cells,
                              int threads) {
  const double height = double(cells.photo_rows) / cells.count;
  std::vector<double> sums(size_t(channels) * cells.count * cells.count);
  Arena unused;
  parallel(channels, threads, unused, [&](int c, Arena&) {
    for (int y = 0; y < rows; y++) {
      const double above = cells.top + y, below = above + 1;
      for (int i = above / height; i < cells.count && i * height < below; i++) {
        const double share = std::min(below, (i + 1) * height) - std::max(above, i * height);
        if (share > 0)
          kernels.add_cells(map.at(c, y, 0), columns, cells.count, share,
                            &sums[(size_t(c) * cells.count + i) * cells.count]);
      }
    }
  });
  return sums;
}

}  // namespace ppcn
