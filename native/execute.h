// Running a program on rows of a picture.
#pragma once

#include <vector>

#include "plan.h"
#include "program.h"

namespace ppcn {

struct Request {
  std::vector<View> inputs;                  // all `rows` x `columns` of each input
  int rows, columns;
  int origin;                                // the photo's row that the inputs' row 0 is
  int top, bottom;                           // of the inputs' rows: those that are wanted
  int photo_rows;                            // all rows of the photo, of which the inputs are a part
  std::vector<View> outputs;                 // for each output in order of its number: where those rows go
                                             // (none at all: nothing is stored)
  std::vector<const float*> scales, shifts;  // of each pointwise step, in order
  std::vector<const float*> grids;           // of each slice, in order
  int summed = -1;                           // the value, which may be an input, whose sums are wanted; -1: none
  int cells = 0;                             // along each side of the photo, each with its own sums; 0: sums of all
  int threads;
};

// The sums of a value over the wanted rows, in float64. For instance statistics: the sums of each channel and of its
// squares. For a thumbnail: the sums of each channel over equal cells of the photo (channels x cells x cells), and no
// squares; a pixel counts in each cell with the share of it that lies there. Tiles are added up in their order: the
// number of threads changes no bit.
struct Sums {
  std::vector<double> sums, squares;
};

class Executor {
 public:
  explicit Executor(Program program);

  // Runs the program and returns the sums. Any thread, any time. Throws std::bad_alloc; the next run is not affected.
  Sums run(const Request& request) const;

  int halo() const { return halo_; }
  const Program& program() const { return program_; }

 private:
  std::vector<Rect> areas(const Request& request) const;

  const Program program_;
  const std::vector<Segment> segments_;
  std::vector<int> last_reader_;  // the last segment that reads each value
  const int halo_;
};

}  // namespace ppcn
