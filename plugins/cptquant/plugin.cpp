#include <string_view>

#include "methods.hpp"
#include "neucasl/plugin/abi.hpp"

namespace {

using namespace neucasl::cptquant_plugin;

neucasl::plugin::PrecisionMethod* make_method(const char* name) {
  const std::string_view wanted = name;
  if (wanted == "cmpq") return new CorrelationMethod();
  if (wanted == "pmpq") return new PruningMethod();
  if (wanted == "tdmpq") return new TaylorMethod();
  if (wanted == "measured") return new MeasuredMethod();
  if (wanted == "greedy") return new GreedyMethod();
  if (wanted == "exhaustive") return new ExhaustiveMethod();
  if (wanted == "uniform") return new UniformMethod();
  return nullptr;
}

constexpr neucasl::plugin::Descriptor descriptor = [] {
  auto d = neucasl::plugin::make_descriptor("cptquant", "0.1.0");
  d.make_precision_method = make_method;
  return d;
}();

}  // namespace

NEUCASL_PLUGIN(cptquant, descriptor)
