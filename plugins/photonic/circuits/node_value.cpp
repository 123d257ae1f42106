#include "node_value.hpp"

namespace neucasl::photonic {

double node_value(const circuit::Result& result, const std::string& node) {
  const circuit::Trace* trace = result.find(node, circuit::TraceKind::node);
  if (trace != nullptr && !trace->real.empty()) return trace->real.front();
  throw base::Error("photonic.simulation", "the simulator gave no value of '" + node + "'",
                    "this is a fault of the simulator plugin");
}

double net_power(const circuit::Result& result, const std::string& net) {
  const double re = node_value(result, net + ".re");
  const double im = node_value(result, net + ".im");
  return re * re + im * im;
}

}  // namespace neucasl::photonic
