#include "front_end.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("memristor", "0.1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* {
    return new neucasl::memristor_plugin::MemristorFrontEnd();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(memristor, descriptor)
