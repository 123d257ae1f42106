#include "front_end.hpp"
#include "models.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("photonic", "0.1.0");
  d.make_front_end = []() -> neucasl::plugin::FrontEnd* {
    return new neucasl::photonic::PhotonicFrontEnd();
  };
  d.make_device_model = [](const char* name) { return neucasl::photonic::make_model(name); };
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(photonic, descriptor)
