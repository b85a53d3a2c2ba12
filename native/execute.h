// Running a program on rows of a picture.
#pragma once

#include <vector>

#include "plan.h"
#include "program.h"

namespace ppcn {

struct Request {
  std::vector<View> inputs;                  // all `rows` x `columns` of each input
  int rows, columns;
  int origin;                                // the row of the photo that the inputs' first row is
  int top, bottom;                           // the rows, of the inputs' grid, that are wanted
  std::vector<View> outputs;                 // for each output in order of its number: where those rows go
  std::vector<const float*> scales, shifts;  // of each pointwise step, in order
  int threads;
};

// Sums over the wanted rows of a value, channel by channel, in float64. They are gathered tile by tile and added in the
// tiles' order: the number of threads changes no bit.
struct Sums {
  std::vector<double> plain, squares;
};

class Executor {
 public:
  explicit Executor(Program program);

  // Runs the program; the sums of value `counted` (-1: of none; an input may be counted, too). Any thread, any time.
  Sums run(const Request& request, int counted);

  int halo() const { return halo_; }
  const Program& program() const { return program_; }
  const std::vector<Segment>& plan() const { return segments_; }

 private:
  std::vector<Rect> areas(const Request& request) const;

  const Program program_;
  const std::vector<Segment> segments_;
  std::vector<int> last_reader_;  // the last segment that reads each value
  const int halo_;
};

}  // namespace ppcn
