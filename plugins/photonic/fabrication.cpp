#include "fabrication.hpp"

#include <array>
#include <cmath>
#include <optional>

#include "neucasl/variation/lifetime.hpp"

namespace neucasl::photonic {
namespace {

// A loss of a guide or of one round, and qualities, which are inverse to their losses.
constexpr std::array loss_names = {"round_trip_loss_db", "propagation_loss_db"};
constexpr std::array coupling_names = {"power_coupling",     "coupling_length",
                                       "power_coupling_1",   "power_coupling_2",
                                       "coupling_quality_1", "coupling_quality_2"};
constexpr std::array power_names = {"power", "power_per_line", "slope_efficiency"};
constexpr const char* quality_name = "intrinsic_quality";

std::optional<std::size_t> find(const model::Specification& specification, std::string_view name) {
  for (std::size_t i = 0; i < specification.parameters.size(); ++i) {
    if (specification.parameters[i].name == name) return i;
  }
  return std::nullopt;
}

/// Value of a parameter, 0 when the model has none of that name.
double value_of(const model::Specification& specification, std::span<const double> parameters,
                std::string_view name) {
  const auto index = find(specification, name);
  return index ? parameters[*index] : 0.0;
}

void add_ageing_law(std::vector<model::Parameter>& parameters) {
  parameters.push_back(
      {"ageing_time", "s", 1e8, 1.0, 1e12, "after which the changes by ageing are those stated"});
  parameters.push_back(
      {"ageing_temperature", "K", 358.15, 200.0, 600.0, "at which they are after that time"});
  parameters.push_back({"ageing_energy", "eV", 0.5, 0.0, 3.0, "activation energy of ageing"});
  parameters.push_back({"ageing_exponent", "1", 0.5, 0.01, 3.0, "power of the time"});
}

void add_loss_variation(std::vector<model::Parameter>& parameters) {
  parameters.push_back({"loss_variation", "1", 0.0, 0.0, 2.0,
                        "sigma of the logarithm of the loss from device to device"});
  parameters.push_back(
      {"ageing_loss", "1", 0.0, 0.0, 100.0, "relative rise of the loss by ageing"});
}

class SpreadList {
 public:
  SpreadList(const model::Specification& specification, std::span<const double> parameters)
      : specification_(specification), parameters_(parameters) {}

  void normal(const char* target, double sigma) { add(target, {"normal", std::abs(sigma)}); }
  void lognormal(const char* target, const char* sigma) {
    add(target, {"lognormal", value_of(specification_, parameters_, sigma)});
  }
  [[nodiscard]] std::vector<model::ParameterSpread> take() { return std::move(result_); }

 private:
  void add(const char* target, const device::Spread& spread) {
    const auto index = find(specification_, target);
    if (index && spread.sigma > 0.0) result_.push_back({*index, spread});
  }

  const model::Specification& specification_;
  std::span<const double> parameters_;
  std::vector<model::ParameterSpread> result_;
};

}  // namespace

void add_resonator_fabrication(std::vector<model::Parameter>& parameters) {
  parameters.push_back(
      {"width_sigma", "nm", 0.0, 0.0, 100.0, "spread of the guide's width from device to device"});
  parameters.push_back({"width_sensitivity", "1", 1.0, -100.0, 100.0,
                        "shift of the resonance over a change of the width"});
  parameters.push_back({"thickness_sigma", "nm", 0.0, 0.0, 100.0,
                        "spread of the guide's thickness from device to device"});
  parameters.push_back({"thickness_sensitivity", "1", 2.0, -100.0, 100.0,
                        "shift of the resonance over a change of the thickness"});
  add_coupling_fabrication(parameters);
  parameters.push_back(
      {"ageing_shift", "nm", 0.0, -100.0, 100.0, "shift of the resonance by ageing"});
  add_loss_fabrication(parameters);
  parameters.push_back({"ambient_sensitivity", "nm/K", 0.0, -1.0, 1.0,
                        "shift of the resonance with the ambient temperature"});
  parameters.push_back({"ambient_reference", "K", 300.0, 100.0, 600.0,
                        "ambient temperature at which the resonance is as stated"});
}

double ambient_shift(std::span<const double> parameters, const model::Environment& environment) {
  const std::size_t n = parameters.size();
  return parameters[n - 2] * (environment.temperature - parameters[n - 1]);
}

void add_loss_fabrication(std::vector<model::Parameter>& parameters) {
  add_loss_variation(parameters);
  add_ageing_law(parameters);
}

void add_emitter_fabrication(std::vector<model::Parameter>& parameters) {
  parameters.push_back({"power_variation", "1", 0.0, 0.0, 2.0,
                        "sigma of the logarithm of the power from device to device"});
  parameters.push_back(
      {"ageing_power", "1", 0.0, 0.0, 100.0, "fall of the logarithm of the power by ageing"});
  add_ageing_law(parameters);
}

void add_threshold_ageing(std::vector<model::Parameter>& parameters) {
  parameters.push_back({"ageing_threshold", "1", 0.0, 0.0, 100.0,
                        "rise of the logarithm of the threshold current by ageing"});
}

void add_coupling_fabrication(std::vector<model::Parameter>& parameters) {
  parameters.push_back({"coupling_variation", "1", 0.0, 0.0, 2.0,
                        "sigma of the logarithm of each coupling from device to device"});
}

std::vector<model::ParameterSpread> fabrication_spreads(const model::Specification& specification,
                                                        std::span<const double> parameters) {
  const auto value = [&](std::string_view name) {
    return value_of(specification, parameters, name);
  };
  SpreadList list(specification, parameters);
  list.normal("resonance_shift", value("width_sensitivity") * value("width_sigma"));
  list.normal("resonance_shift", value("thickness_sensitivity") * value("thickness_sigma"));
  for (const char* name : loss_names) list.lognormal(name, "loss_variation");
  list.lognormal(quality_name, "loss_variation");
  for (const char* name : coupling_names) list.lognormal(name, "coupling_variation");
  for (const char* name : power_names) list.lognormal(name, "power_variation");
  return list.take();
}

void age_fabricated(const model::Specification& specification, std::span<double> parameters,
                    const model::Stress& stress) {
  const auto value = [&](std::string_view name) {
    return value_of(specification, parameters, name);
  };
  const double time = stress.time * stress.duty;
  if (!(time > 0.0) || !find(specification, "ageing_time")) return;
  const double growth =
      variation::growth_after({value("ageing_time"), value("ageing_exponent"),
                               value("ageing_energy"), value("ageing_temperature")},
                              time, stress.temperature);
  const auto change = [&](std::string_view name, double factor, double added) {
    const auto index = find(specification, name);
    if (!index) return;
    parameters[*index] =
        model::held_in_range(specification, *index, parameters[*index] * factor + added);
  };
  change("resonance_shift", 1.0, value("ageing_shift") * growth);
  const double loss = 1.0 + value("ageing_loss") * growth;
  for (const char* name : loss_names) change(name, loss, 0.0);
  change(quality_name, 1.0 / loss, 0.0);
  const double power = std::exp(-value("ageing_power") * growth);
  for (const char* name : power_names) change(name, power, 0.0);
  change("threshold_current", std::exp(value("ageing_threshold") * growth), 0.0);
}

}  // namespace neucasl::photonic
