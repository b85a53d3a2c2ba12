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
  std::vector<const float*> scales, shifts;  // of each pointwise step, in order
  std::vector<const float*> grids;           // of each slice, in order
  int threads;
};

// The sums of each channel's values and of their squares over the wanted rows, in float64, for instance statistics.
// Those of tiles are added up in the tiles' order: the number of threads changes no bit.
struct ChannelSums {
  std::vector<double> sums, squares;
};

class Executor {
 public:
  explicit Executor(Program program);

  // Runs the program and returns the sums of value `summed`, which may be an input (-1: of none). Any thread, any time.
  // Throws std::bad_alloc; the next run is not affected.
  ChannelSums run(const Request& request, int summed);

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
