#define PPCN_ISA generic
#include "kernels.inl"

namespace ppcn {
extern const Kernels k_generic = generic::table("generic");
}
