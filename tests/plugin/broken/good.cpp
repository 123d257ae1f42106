// Nothing is wrong with this one.
#include "neucasl/plugin/host.hpp"

namespace {

class Nothing final : public neucasl::plugin::FrontEnd {
 public:
  neucasl::plugin::ChipDesign build_chip(const neucasl::plugin::ChipRequest&,
                                         neucasl::plugin::Context&) override {
    return {};
  }
};

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("good", "1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* { return new Nothing(); };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(good, descriptor)
