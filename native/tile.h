// Running one segment's steps on one tile.
#pragma once

#include "arena.h"
#include "execute.h"

namespace ppcn {

struct Tile {
  const Program& program;
  const Segment& segment;
  const Request& request;
  const std::vector<View>& views;  // in memory: the inputs and the live-out values
  Rect area;                       // in pixels of the inputs
};

// Adds to `sums` and `squares` those of value `summed` (-1: of none) over the tile's wanted rows.
void run_tile(const Tile& tile, Arena& arena, int summed, double* sums, double* squares);

}  // namespace ppcn
