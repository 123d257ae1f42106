#include "series_model.hpp"

#include <algorithm>
#include <stdexcept>

namespace neucasl::memristor_circuits {
namespace {

[[noreturn]] void not_for_engines() {
  throw std::logic_error("a model for calculations of the plugin has no such form");
}

}  // namespace

LinearConductance::LinearConductance() {
  specification_.name = "linear_conductance";
  specification_.terminals = {{"p"}, {"n"}};
  specification_.parameters = {
      {"conductance", "S", 1e-6, 0.0, 1.0, "current over voltage, at any voltage"}};
}

void LinearConductance::derive(std::span<const double> parameters,
                               const model::Environment& /*environment*/,
                               std::span<double> derived) const {
  derived[0] = parameters[0];
}

void LinearConductance::evaluate(std::span<const double> derived, std::span<const double> unknowns,
                                 const model::Evaluation& out) const {
  const double g = derived[0];
  out.flow[0] = g * (unknowns[0] - unknowns[1]);
  out.flow[1] = -out.flow[0];
  std::fill(out.storage.begin(), out.storage.end(), 0.0);
  if (out.flow_jacobian.empty()) return;
  const double jacobian[] = {g, -g, -g, g};
  std::copy(std::begin(jacobian), std::end(jacobian), out.flow_jacobian.begin());
  std::fill(out.storage_jacobian.begin(), out.storage_jacobian.end(), 0.0);
}

model::SymbolicForm LinearConductance::symbolic(std::span<const double> /*derived*/) const {
  not_for_engines();
}
void LinearConductance::initial_internals(std::span<const double> /*derived*/,
                                          std::span<double> /*internals*/) const {}
model::Characterization LinearConductance::characterize(
    std::span<const double> /*parameters*/, const model::Environment& /*environment*/,
    std::span<const model::PublishedFigure> /*published*/) const {
  not_for_engines();
}

SeriesModel::SeriesModel(const model::DeviceModel& memory, std::size_t memory_parameters,
                         const model::DeviceModel& access)
    : memory_(memory), memory_parameters_(memory_parameters), access_(access) {
  const auto& first = memory.specification();
  const auto& second = access.specification();
  const bool transistor = second.terminals.size() == 4;
  if (first.terminal_unknowns() != 2 || first.terminals.size() != 2 ||
      (second.terminals.size() != 2 && !transistor)) {
    throw base::Error("memristor.cell",
                      "'" + first.name + "' and '" + second.name + "' do not make a cell",
                      "take a memory with two terminals, and a selector with two or a transistor "
                      "with four terminals");
  }
  specification_.name = first.name + "_and_" + second.name;
  specification_.terminals = {{"row"}, {"column"}};
  if (transistor)
    specification_.terminals.insert(specification_.terminals.end(), {{"gate"}, {"bulk"}});
  const std::size_t middle = specification_.terminals.size();
  specification_.internals.push_back(
      {"middle", model::InternalKind::algebraic, base::dimension::voltage, 1.0, -10.0, 10.0, ""});
  memory_place_ = {0, middle};
  access_place_ =
      transistor ? std::vector<std::size_t>{middle, 2, 1, 3} : std::vector<std::size_t>{middle, 1};
  const auto take_internals = [&](const model::Specification& part,
                                  std::vector<std::size_t>& place) {
    for (const model::Internal& internal : part.internals) {
      place.push_back(specification_.unknowns());
      specification_.internals.push_back(internal);
    }
  };
  take_internals(first, memory_place_);
  take_internals(second, access_place_);
}

void SeriesModel::derive(std::span<const double> parameters, const model::Environment& environment,
                         std::span<double> derived) const {
  memory_.derive(parameters.first(memory_parameters_), environment,
                 derived.first(memory_.derived_size()));
  access_.derive(parameters.subspan(memory_parameters_), environment,
                 derived.subspan(memory_.derived_size()));
}

void SeriesModel::add_part(const model::DeviceModel& part, std::span<const double> derived,
                           const std::vector<std::size_t>& place, std::span<const double> unknowns,
                           const model::Evaluation& out) const {
  const std::size_t n = place.size();
  const std::size_t whole = specification_.unknowns();
  std::vector<double> x(n);
  std::vector<double> flow(n);
  std::vector<double> storage(n);
  const bool slopes = !out.flow_jacobian.empty();
  std::vector<double> flow_slope(slopes ? n * n : 0);
  std::vector<double> storage_slope(slopes ? n * n : 0);
  for (std::size_t k = 0; k < n; ++k) x[k] = unknowns[place[k]];
  part.evaluate(derived, x, {flow, storage, flow_slope, storage_slope});
  for (std::size_t k = 0; k < n; ++k) {
    out.flow[place[k]] += flow[k];
    out.storage[place[k]] += storage[k];
    for (std::size_t j = 0; slopes && j < n; ++j) {
      out.flow_jacobian[place[k] * whole + place[j]] += flow_slope[k * n + j];
      out.storage_jacobian[place[k] * whole + place[j]] += storage_slope[k * n + j];
    }
  }
}

void SeriesModel::evaluate(std::span<const double> derived, std::span<const double> unknowns,
                           const model::Evaluation& out) const {
  for (const std::span<double> part :
       {out.flow, out.storage, out.flow_jacobian, out.storage_jacobian}) {
    std::fill(part.begin(), part.end(), 0.0);
  }
  add_part(memory_, derived.first(memory_.derived_size()), memory_place_, unknowns, out);
  add_part(access_, derived.subspan(memory_.derived_size()), access_place_, unknowns, out);
}

model::SymbolicForm SeriesModel::symbolic(std::span<const double> /*derived*/) const {
  not_for_engines();
}

void SeriesModel::initial_internals(std::span<const double> derived,
                                    std::span<double> internals) const {
  internals[0] = 0.0;
  const std::size_t memory = memory_.specification().internals.size();
  memory_.initial_internals(derived.first(memory_.derived_size()), internals.subspan(1, memory));
  access_.initial_internals(derived.subspan(memory_.derived_size()), internals.subspan(1 + memory));
}

model::Characterization SeriesModel::characterize(
    std::span<const double> /*parameters*/, const model::Environment& /*environment*/,
    std::span<const model::PublishedFigure> /*published*/) const {
  not_for_engines();
}

}  // namespace neucasl::memristor_circuits
