// Its factory returns nothing.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("empty_factory", "1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* { return nullptr; };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(empty_factory, descriptor)
