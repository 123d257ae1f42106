#include "photonic_precision.hpp"

#include <algorithm>
#include <cmath>

#include "neucasl/architecture/photonic_plan.hpp"

namespace neucasl::performance_plugin {

using architecture::ComponentKind;
using architecture::OperationBits;

PhotonicConverters::Converter PhotonicConverters::read(const architecture::Component& component,
                                                       double operand_bits, device::UseList& uses) {
  Converter result;
  result.component = &component;
  result.bits = component.numbers.si("bits", base::dimension::none, uses);
  result.operand_bits = operand_bits;
  const auto count = static_cast<std::size_t>(result.bits);
  const double own = conversion_energy(component, result.bits, uses);
  result.factors.assign(count + 1, 1.0);
  for (std::size_t bits = 1; bits <= count && own > 0.0; ++bits) {
    result.factors[bits] = conversion_energy(component, static_cast<double>(bits), uses) / own;
  }
  return result;
}

double PhotonicConverters::Converter::bits_at(double operand) const {
  return std::clamp(bits + operand - operand_bits, 1.0, bits);
}

double PhotonicConverters::Converter::factor_at(double operand) const {
  return factors[static_cast<std::size_t>(bits_at(operand))];
}

void PhotonicConverters::Converter::require(const std::string& operation, const char* what,
                                            int asked) const {
  if (asked <= bits) return;
  throw base::Error("architecture.converter",
                    "'" + operation + "' has " + what + " of " + std::to_string(asked) +
                        " bits, '" + component->name + "' has " + base::shortest(bits),
                    "nearest: " + base::shortest(bits) + " bits, or '" + component->name + "' of " +
                        std::to_string(asked),
                    component->numbers.find("bits")->where);
}

PhotonicConverters::PhotonicConverters(const architecture::Architecture& architecture,
                                       device::UseList& uses) {
  const auto converter = [&](ComponentKind kind, bool weights, int operand_bits) {
    return read(*architecture::find_component(architecture, kind, weights), operand_bits, uses);
  };
  input_ = converter(ComponentKind::dac, false, architecture.activation_bits);
  weight_ = converter(ComponentKind::dac, true, architecture.weight_bits);
  sum_ = converter(ComponentKind::adc, false, architecture.activation_bits);
}

ConverterBits PhotonicConverters::bits_for(const OperationBits& bits) const {
  return {input_.bits_at(bits.input), weight_.bits_at(bits.weight), sum_.bits_at(bits.output)};
}

double PhotonicConverters::energy_factor(const Unit& unit, const OperationBits& bits) const {
  if (unit.kind == ComponentKind::adc) return sum_.factor_at(bits.output);
  if (unit.kind != ComponentKind::dac) return 1.0;
  return unit.weights ? weight_.factor_at(bits.weight) : input_.factor_at(bits.input);
}

void PhotonicConverters::require(const workload::Workload& workload,
                                 const std::vector<OperationBits>& bits, bool sums) const {
  for (workload::OperationId id = 0; id < bits.size(); ++id) {
    const workload::Operation& operation = workload.operations[id];
    if (operation.product.count == 0) continue;
    input_.require(operation.name, "inputs", bits[id].input);
    weight_.require(operation.name, operation.product.stationary ? "weights" : "second operands",
                    bits[id].weight);
    if (sums) sum_.require(operation.name, "outputs", bits[id].output);
  }
}

}  // namespace neucasl::performance_plugin
