#include "cntfet.hpp"

#include <cmath>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/cells/transistor_curves.hpp"
#include "neucasl/variation/tubes.hpp"

namespace neucasl::cnt {
namespace {

// Drain current that defines the threshold, A, for gates as long as the tubes' diameters together.
constexpr double square_criterion = 1e-7;
constexpr int most_places = 40;

variation::TubeStatistics statistics_of(std::span<const double> p) {
  return variation::tube_statistics(p[missing_probability], p[metallic_fraction],
                                    p[metallic_removal], p[semiconducting_loss]);
}

void add_failures(const variation::TubeStatistics& statistics, model::Characterization& result) {
  std::vector<std::int64_t> places;
  std::vector<double> x, open, shorted;
  for (int n = 1; n <= most_places; ++n) {
    places.push_back(n);
    x.push_back(n);
    open.push_back(variation::open_probability(statistics, n));
    shorted.push_back(variation::short_probability(statistics, n));
  }
  results::Table table;
  table.name = "failures";
  table.title = "Probability of a failing transistor over its places for tubes";
  table.add("places", std::move(places));
  table.add("open", open);
  table.add("shorted", shorted);
  result.tables.push_back(std::move(table));
  results::LineChart chart;
  chart.caption = "Probability of a failing transistor over its places for tubes";
  chart.x_axis = {"Places for tubes", ""};
  chart.y_axis = {"Probability", "", true};
  chart.series = {{"no tube", x, std::move(open)},
                  {"a metallic tube", std::move(x), std::move(shorted)}};
  result.charts.emplace_back("failures", std::move(chart));
}

}  // namespace

template <int Polarity>
std::vector<model::NoiseSource> CntfetModel<Polarity>::noise(
    std::span<const double> derived, std::span<const double> unknowns,
    const model::Environment& /*environment*/) const {
  const Derived d = this->derived_from(derived);
  using Dual = model::Dual<1>;
  const double vgs = Polarity * (unknowns[gate] - unknowns[source]);
  const double vds = Polarity * (unknowns[drain] - unknowns[source]);
  const auto state = detail::channel(d, Dual::unknown(vgs - 0.5 * vds, 0), Dual(vds));
  const double conductance =
      d.channel * state.charge.value * state.velocity.value / state.saturation.value;
  const double transconductance = state.current.derivative[0];
  return {{"channel", drain, source, d.thermal_noise * (conductance + d.metallic_conductance),
           d.flicker * transconductance * transconductance}};
}

template <int Polarity>
void CntfetModel<Polarity>::sample_variation(std::span<double> parameters,
                                             base::RandomStream& random) const {
  const variation::TubeStatistics statistics = statistics_of(parameters);
  const double nominal = parameters[tubes] + parameters[metallic_tubes];
  // Without statistics the nominal counts stay.
  if (statistics.empty > 0.0 || statistics.metallic > 0.0 || parameters[pitch_variation] > 0.0) {
    const int places = variation::draw_places(nominal, parameters[pitch_variation], random);
    const variation::TubeCounts made = variation::draw_tubes(statistics, places, random);
    parameters[tubes] = made.semiconducting;
    parameters[metallic_tubes] = made.metallic;
  }
  if (!(parameters[diameter_sigma] > 0.0) || parameters[tubes] < 1.0) return;
  const double sigma = parameters[diameter_sigma] / std::sqrt(parameters[tubes]);
  parameters[diameter] = model::held_in_range(this->specification(), diameter,
                                              parameters[diameter] + sigma * random.normal());
}

template <int Polarity>
std::vector<model::OperationCost> CntfetModel<Polarity>::costs(
    std::span<const double> parameters, const model::Environment& environment) const {
  if (parameters[tubes] < 1.0) return {};
  cells::TransistorBench bench(*this, parameters, environment, Polarity);
  return {cells::switching_cost(bench, parameters[supply_voltage])};
}

template <int Polarity>
model::Characterization CntfetModel<Polarity>::characterize(
    std::span<const double> parameters, const model::Environment& environment,
    std::span<const model::PublishedFigure> published) const {
  if (parameters[tubes] < 1.0) {
    throw base::Error("model.parameters",
                      "a transistor without semiconducting tubes has no curves to characterise",
                      "set 'tubes' to 1 or more");
  }
  cells::TransistorBench bench(*this, parameters, environment, Polarity);
  const double criterion =
      square_criterion * parameters[tubes] * parameters[diameter] / parameters[gate_length];
  model::Characterization result = cells::characterize_transistor(
      bench, parameters[supply_voltage], criterion, this->specification().title, published);
  for (auto& one : result.comparisons) {
    if (!one.quantity.starts_with("Subthreshold") || !(one.published > 1.1 * one.model)) continue;
    one.note =
        "the equations hold for a gate around the tube alone: gated contacts, traps and tunnelling "
        "are left out";
  }
  const variation::TubeStatistics statistics = statistics_of(parameters);
  if (statistics.empty > 0.0 || statistics.metallic > 0.0) add_failures(statistics, result);
  return result;
}

template class CntfetModel<1>;
template class CntfetModel<-1>;

std::unique_ptr<model::DeviceModel> make_model(std::string_view name) {
  if (name == "cntfet_n") return std::make_unique<CntfetModel<1>>();
  if (name == "cntfet_p") return std::make_unique<CntfetModel<-1>>();
  return nullptr;
}

}  // namespace neucasl::cnt
