#include "neucasl/cells/transistor_curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::cells {
namespace {

constexpr int points = 71;

std::vector<double> even(double from, double to) {
  std::vector<double> result(points);
  for (int i = 0; i < points; ++i) {
    result[static_cast<std::size_t>(i)] = from + (to - from) * i / (points - 1);
  }
  return result;
}

double threshold(TransistorBench& bench, double drain, double criterion, double supply) {
  double low = -1.0;
  double high = supply;
  if (bench.current(low, drain) > criterion || bench.current(high, drain) < criterion) {
    throw base::Error("model.threshold",
                      "no gate voltage gives the threshold current " +
                          base::to_engineering({criterion, base::dimension::current}),
                      "check the threshold voltage and the supply");
  }
  for (int i = 0; i < 50; ++i) {
    const double middle = 0.5 * (low + high);
    (bench.current(middle, drain) < criterion ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double least_swing(TransistorBench& bench, double supply) {
  double least = std::numeric_limits<double>::infinity();
  constexpr double step = 0.01;
  for (double gate = -0.3; gate < supply; gate += step) {
    const double decades =
        std::log10(bench.current(gate + step, supply) / bench.current(gate, supply));
    if (decades > 0.0) least = std::min(least, step / decades);
  }
  return least;
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

struct Known {
  const char* name;
  const char* quantity;
  double TransistorFigures::*value;
  base::Dimension dimension;
};
const Known known[] = {
    {"on_current", "On current", &TransistorFigures::on_current, base::dimension::current},
    {"off_current", "Off current", &TransistorFigures::off_current, base::dimension::current},
    {"effective_current", "Effective current", &TransistorFigures::effective_current,
     base::dimension::current},
    {"subthreshold_swing", "Subthreshold swing for a decade",
     &TransistorFigures::subthreshold_swing, base::dimension::voltage},
    {"barrier_lowering",
     "Drain-induced barrier lowering",
     &TransistorFigures::barrier_lowering,
     {}},
    {"linear_threshold", "Threshold, linear", &TransistorFigures::linear_threshold,
     base::dimension::voltage},
    {"saturated_threshold", "Threshold, saturated", &TransistorFigures::saturated_threshold,
     base::dimension::voltage},
};

std::vector<model::Characterization::Comparison> compare(
    const TransistorFigures& found, std::span<const model::PublishedFigure> published) {
  std::vector<model::Characterization::Comparison> result;
  for (const Known& one : known) {
    model::Characterization::Comparison comparison;
    comparison.quantity = one.quantity;
    comparison.model = found.*one.value;
    comparison.dimension = one.dimension;
    comparison.published = std::numeric_limits<double>::quiet_NaN();
    for (const model::PublishedFigure& figure : published) {
      if (figure.name != one.name) continue;
      comparison.published = figure.value;
      comparison.source = figure.source;
    }
    result.push_back(std::move(comparison));
  }
  return result;
}

void transfer(TransistorBench& bench, double supply, const std::string& title,
              model::Characterization& result) {
  const std::vector<double> gates = even(-0.2, supply);
  results::LineChart chart;
  chart.caption = title + ": transfer curves";
  chart.x_axis = {"Gate voltage", "V"};
  chart.y_axis = {"Drain current", "uA", true};
  results::Table table;
  table.name = "transfer";
  table.title = title + ": drain current over gate voltage";
  table.add("gate_voltage", gates, base::dimension::voltage);
  for (const auto& [name, drain] : {std::pair("linear", linear_drain), {"saturated", supply}}) {
    std::vector<double> currents;
    currents.reserve(gates.size());
    for (const double gate : gates) currents.push_back(bench.current(gate, drain));
    chart.series.push_back(
        {"drain at " + base::shortest(drain) + " V", gates, scaled(currents, 1e6)});
    table.add(std::string(name) + "_drain_current", std::move(currents), base::dimension::current);
  }
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("transfer", std::move(chart));
}

void output(TransistorBench& bench, double supply, const std::string& title,
            model::Characterization& result) {
  const std::vector<double> drains = even(0.0, supply);
  results::LineChart chart;
  chart.caption = title + ": output curves";
  chart.x_axis = {"Drain voltage", "V"};
  chart.y_axis = {"Drain current", "uA"};
  results::Table table;
  table.name = "output";
  table.title = title + ": drain current over drain voltage";
  table.add("drain_voltage", drains, base::dimension::voltage);
  constexpr int gates = 5;
  for (int k = 1; k <= gates; ++k) {
    const double gate = supply * k / gates;
    std::vector<double> currents;
    currents.reserve(drains.size());
    for (const double drain : drains) currents.push_back(bench.current(gate, drain));
    chart.series.push_back(
        {"gate at " + base::shortest(gate) + " V", drains, scaled(currents, 1e6)});
    table.add("drain_current_" + std::to_string(k), std::move(currents), base::dimension::current);
  }
  result.tables.push_back(std::move(table));
  result.charts.emplace_back("output", std::move(chart));
}

}  // namespace

TransistorBench::TransistorBench(const model::DeviceModel& model,
                                 std::span<const double> parameters,
                                 const model::Environment& environment, int polarity)
    : model_(model),
      device_(model, parameters, environment),
      sign_(polarity),
      terminals_(model.specification().terminal_unknowns(), 0.0) {}

void TransistorBench::bias(double gate, double drain) {
  terminals_[0] = sign_ * drain;
  terminals_[1] = sign_ * gate;
}

double TransistorBench::current(double gate, double drain) {
  bias(gate, drain);
  return sign_ * device_.rest(terminals_)[0];
}

double TransistorBench::gate_charge(double gate, double drain) {
  bias(gate, drain);
  device_.rest(terminals_);
  std::vector<double> unknowns = terminals_;
  unknowns.insert(unknowns.end(), device_.internals().begin(), device_.internals().end());
  std::vector<double> flow(unknowns.size());
  std::vector<double> storage(unknowns.size());
  model_.evaluate(device_.derived(), unknowns, {flow, storage, {}, {}});
  return sign_ * storage[1];
}

TransistorFigures transistor_figures(TransistorBench& bench, double supply, double criterion) {
  TransistorFigures result;
  result.on_current = bench.current(supply, supply);
  result.off_current = bench.current(0.0, supply);
  result.effective_current =
      0.5 * (bench.current(supply, 0.5 * supply) + bench.current(0.5 * supply, supply));
  result.subthreshold_swing = least_swing(bench, supply);
  result.linear_threshold = threshold(bench, linear_drain, criterion, supply);
  result.saturated_threshold = threshold(bench, supply, criterion, supply);
  result.barrier_lowering =
      (result.linear_threshold - result.saturated_threshold) / (supply - linear_drain);
  return result;
}

model::OperationCost switching_cost(TransistorBench& bench, double supply) {
  const double charge = bench.gate_charge(supply, 0.0) - bench.gate_charge(0.0, supply);
  const double current =
      0.5 * (bench.current(supply, 0.5 * supply) + bench.current(0.5 * supply, supply));
  model::OperationCost cost;
  cost.operation = "switch";
  cost.energy = charge * supply;
  cost.time = charge / current;
  cost.method =
      "Gate charge of the equations between off (gate 0, drain at the supply) and on (gate at the "
      "supply, drain 0): energy is charge times supply, time is charge over the effective current "
      "of the same device, an inverter that drives one like itself without wires";
  return cost;
}

model::Characterization characterize_transistor(TransistorBench& bench, double supply,
                                                double criterion, const std::string& title,
                                                std::span<const model::PublishedFigure> published) {
  model::Characterization result;
  transfer(bench, supply, title, result);
  output(bench, supply, title, result);
  const TransistorFigures found = transistor_figures(bench, supply, criterion);
  result.comparisons = compare(found, published);
  return result;
}

}  // namespace neucasl::cells
