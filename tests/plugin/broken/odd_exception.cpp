// Its factory throws something that is no std::exception.
#include "neucasl/plugin/host.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("odd_exception", "1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* { throw 7; };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(odd_exception, descriptor)
