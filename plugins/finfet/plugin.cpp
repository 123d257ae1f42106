#include "finfet.hpp"
#include "front_end.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("finfet", "0.1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* {
    return new neucasl::finfet::FinFetFrontEnd();
  };
  d.make_device_model = [](const char* name) -> neucasl::model::DeviceModel* {
    return neucasl::finfet::make_model(name).release();
  };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(finfet, descriptor)
