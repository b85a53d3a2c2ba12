// Running a network's stages over a picture of any size, strip by strip.
//
// Each stage is swept over the picture: a strip of rows is read with its halo, the stage runs on it, and its statistic
// is gathered or, in the last sweep, the strip is a part of the result. Maps are kept for the next sweep where they fit
// into the given memory, else computed again, with the same bits. Strips follow from the picture's size alone: a result
// depends on neither the memory nor the number of threads.
#pragma once

#include <memory>

#include "network.h"

namespace ppcn {

struct Rows {
  int top = 0, bottom = 0;

  int count() const { return bottom - top; }
};

// One run of a network over one picture:
//   while (sweeps.next()) sweeps.compute(a view of the rows sweeps.reads(), a view of the rows sweeps.makes())
class Sweeps {
 public:
  // `memory`: how many bytes the maps that are kept may take. The network has to outlive this.
  Sweeps(const Network& network, int rows, int columns, uint64_t memory, int threads);
  Sweeps(const Sweeps&) = delete;

  // Goes on to the next strip; false where none is left.
  bool next();

  // The rows of the picture that the strip reads, none where it reads maps that were kept, and the rows of the result
  // that it makes, none before the last sweep.
  Rows reads() const { return kept_.empty() ? spans_.front() : Rows{}; }
  Rows makes() const;

  // Computes the strip. `picture`: three channels in [0, 1], whose row 0 is the first of reads(); `result`: three
  // channels, whose row 0 is the first of makes().
  void compute(View picture, View result);

  // The share of the work that is done, up to 1.
  double done() const { return double(done_) / work_; }

 private:
  struct Map {
    std::unique_ptr<float[]> floats;
    uint64_t size = 0;  // floats
    View view;
  };
  struct Link {  // of the chain of stages that one sweep runs
    const Stage* stage;
    Prepared prepared;
    std::vector<Map> made;  // memory for the maps of a strip
  };
  struct Plan {
    int length;  // of the chain of its sweep; 0: no sweep
    bool keeps;  // its maps, for the next sweep
  };

  bool begin_sweep();
  void end_sweep();
  std::vector<Tensor> statistic() const;
  bool is_last() const { return &stage() == &network_.stages.back(); }
  const Stage& stage() const { return network_.stages[stage_]; }
  Rows with_halo(Rows rows, const Stage& stage) const;
  View take(Map& map, int channels, int rows, int columns) const;

  const Network& network_;
  const int rows_, columns_, threads_;
  std::vector<Plan> plan_;  // of each stage
  size_t stage_ = 0;        // whose maps or statistic the sweep at hand makes
  bool sweeping_ = false;
  std::vector<Link> chain_;
  std::vector<Tensor> known_;  // the statistic of the stage before
  std::vector<std::shared_ptr<Map>> kept_, keeping_;  // maps of the whole picture: of the last sweep, and of this one
  std::vector<Rows> spans_;  // the rows that the chain is given, and those that each of its stages makes
  int bottom_ = 0;           // of the strip
  Sums sums_;
  long work_ = 0, done_ = 0;
};

// How many rows a strip has, at most, of a network that makes pictures `scale` times larger.
int rows_of_strip(int columns, int scale);

}  // namespace ppcn
