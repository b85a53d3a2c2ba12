// Slicing a bilateral grid of colour transforms (kernels.h).
namespace ppcn::PPCN_ISA {

struct Place {
  int cell;     // whose centre lies left of a pixel, or above
  float share;  // of the next cell
};

// Where a pixel lies among the centres of cells; beyond the outermost ones these count alone.
inline Place place(int i, int size, int cells) {
  const float at = std::clamp((i + 0.5f) * (float(cells) / size) - 0.5f, 0.f, float(cells - 1));
  return {int(at), at - int(at)};
}

// The grid's coefficients at a row of pixels, cell by cell from `first` to `last`, then level by level: between the
// centres of two neighbouring cells they are linear in x.
class GridRow {
 public:
  GridRow(const Slice& s, int y, int first, int last, std::vector<float>& scratch) : s_(s) {
    const size_t size = size_t(s.cells) * s.levels * kCoefficients;
    if (scratch.size() < size) scratch.resize(size);
    cells_ = scratch.data();
    const Place place = PPCN_ISA::place(y, s.photo_rows, s.cells);
    for (int level = 0; level < s.levels; level++)
      for (int k = 0; k < kCoefficients; k++) {
        const float* above = s.grid + ((long(level) * kCoefficients + k) * s.cells + place.cell) * s.cells;
        const float* below = above + (place.cell + 1 < s.cells ? s.cells : 0);
        for (int x = first; x <= last; x++)
          cells_[(long(x) * s.levels + level) * kCoefficients + k] = above[x] + place.share * (below[x] - above[x]);
      }
  }

  // Transforms columns [left, right), which lie between the centres of `cell` and the next one, or beyond the last.
  void slice(int y, int left, int right, int cell) const {
    const float *a = cells_ + long(cell) * s_.levels * kCoefficients;
    const float *b = cell + 1 < s_.cells ? a + s_.levels * kCoefficients : a;
    const float step = float(s_.cells) / s_.photo_columns;
    for (int x = left; x < right; x += kLanes) {
      const int count = std::min(right - x, kLanes);
      Vec in[3], share, out[3] = {};
      for (int c = 0; c < 3; c++) in[c] = load(s_.input.at(c, y, x), count);
      for (int i = 0; i < kLanes; i++) share[i] = (x + i + 0.5f) * step - 0.5f - cell;
      share = minimum(broadcast(1), maximum(Vec{}, share));
      const Vec luma = in[0] * 0.299f + in[1] * 0.587f + in[2] * 0.114f;
      const Vec level = (square_root(clip(luma) * 255 + 1) - 1) * ((s_.levels - 1) / 15.f);
      float least = level[0], most = level[0];  // a vector's pixels need few of the levels
      for (int i = 1; i < kLanes; i++) least = std::min(least, level[i]), most = std::max(most, level[i]);
      const int first = least >= 0 ? int(least) : 0;  // NaN needs all
      const int last = most < s_.levels - 1 ? int(most) + 1 : s_.levels - 1;
      Vec found[kCoefficients] = {};
      for (int l = first; l <= last; l++) {
        const Vec near = level - float(l), hat = maximum(Vec{}, 1 - maximum(near, -near));
        for (int k = 0; k < kCoefficients; k++) {
          const float here = a[l * kCoefficients + k], next = b[l * kCoefficients + k];
          found[k] += hat * (share * (next - here) + here);
        }
      }
      for (int c = 0; c < 3; c++) {
        out[c] = found[4 * c + 3];
        for (int i = 0; i < 3; i++) out[c] += found[4 * c + i] * in[i];
        store(s_.output.at(c, y, x), out[c], count);
      }
    }
  }

 private:
  const Slice& s_;
  float* cells_;
};

void slice(const Slice& s, std::vector<float>& scratch) {
  const auto cell = [&](int x) { return place(x, s.photo_columns, s.cells).cell; };
  std::vector<int> edges{s.left};  // where another cell begins
  for (int x = s.left + 1; x < s.right; x++)
    if (cell(x) != cell(x - 1)) edges.push_back(x);
  edges.push_back(s.right);
  const int first = cell(s.left), last = std::min(cell(s.right - 1) + 1, s.cells - 1);
  for (int y = s.top; y < s.bottom; y++) {
    const GridRow row(s, s.origin + y, first, last, scratch);
    for (size_t i = 0; i + 1 < edges.size(); i++) row.slice(y, edges[i], edges[i + 1], cell(edges[i]));
  }
}

}  // namespace ppcn::PPCN_ISA
