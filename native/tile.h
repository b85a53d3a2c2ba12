// Running one segment's steps on one tile.
#pragma once

#include "arena.h"
#include "execute.h"

namespace ppcn {

struct Tile {
  const Program& program;
  const Segment& segment;
  const Request& request;
  const std::vector<View>& views;  // in memory: the inputs, and the values that segments pass on
  Rect part;                       // in pixels of the inputs
};

// Adds to `plain` and `squares` the sums of value `counted` (-1: of none) over the tile's wanted rows.
void run_tile(const Tile& tile, Arena& arena, int counted, double* plain, double* squares);

}  // namespace ppcn
