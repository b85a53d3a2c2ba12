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

  Rect wanted() const;  // without rows that the caller does not want
};

// The cells of the photo that a tile's wanted pixels lie in; a single one, the whole photo, where sums are not
// over cells.
Rect cells_of(const Tile& tile);

// Returns the sums of the request's value over the tile's wanted pixels, if this segment makes it: of channels, or of
// channels over those cells.
Sums run_tile(const Tile& tile, Arena& arena, bool sums_here);

}  // namespace ppcn
