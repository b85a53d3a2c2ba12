// Memory for values: pieces are taken and given back. Those for a tile stay warm in the cache of their thread.
#pragma once

#include <vector>

#include "kernels.h"
#include "plan.h"

namespace ppcn {

class Arena {
 public:
  // A piece of memory for a map that spans `held`; kernels may write a vector's width past its right edge.
  struct Map {
    View view;  // in the picture's coordinates
    int piece = -1;
  };

  Map take(int channels, Rect held);
  void give_back(const Map& map) { pieces_[map.piece].taken = false; }

  std::vector<float> scratch;  // for kernels

 private:
  struct Piece {
    std::vector<float> floats;
    bool taken = false;
  };
  std::vector<Piece> pieces_;
};

}  // namespace ppcn
