// Buffers for maps, used again by the next tile: they stay in the caches of their thread's core.
#pragma once

#include <memory>
#include <vector>

#include "kernels.h"
#include "plan.h"

namespace ppcn {

class Arena {
 public:
  // A buffer for a map that spans `area`; kernels may write a vector's width past its right edge.
  struct Map {
    View view;  // in the picture's coordinates
    int buffer = -1;
  };

  Map take(int channels, Rect area);
  void give_back(const Map& map) { buffers_[map.buffer].taken = false; }
  void give_back_all();

  std::vector<float> scratch;  // for kernels

 private:
  struct Buffer {
    std::unique_ptr<float[]> floats;
    size_t size = 0;
    bool taken = false;
  };
  std::vector<Buffer> buffers_;
};

}  // namespace ppcn
