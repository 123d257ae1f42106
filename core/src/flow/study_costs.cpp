#include "study_costs.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>

namespace neucasl::flow {
namespace {

/// Of one inference, on the fewest chips that the network fits on.
double energy_of(const quantisation::Model& model, const StudyChip& chip, int activation_bits,
                 const std::vector<int>& bits, plugin::Context& context) {
  constexpr std::size_t most_chips = std::size_t{1} << 20;
  architecture::Architecture copy = chip.architecture;
  const auto energy = [&](std::size_t chips) -> std::optional<double> {
    architecture::set_chips(copy, chips);
    try {
      return map_cost(model, chip, copy, activation_bits, context)
          .total(precision::BudgetKind::energy, bits);
    } catch (const base::Error& error) {
      if (error.diagnostic().code != "architecture.capacity" || chips >= most_chips) throw;
      return std::nullopt;
    }
  };
  std::size_t few = 0;
  std::size_t enough = 1;
  std::optional<double> found = energy(enough);
  while (!found) {
    few = enough;
    enough *= 2;
    found = energy(enough);
  }
  while (enough - few > 1) {
    const std::size_t middle = few + (enough - few) / 2;
    if (const auto one = energy(middle)) {
      enough = middle;
      found = one;
    } else {
      few = middle;
    }
  }
  return *found;
}

/// Not a number, with a note, on a chip that does not run the model.
double energy_or_note(const quantisation::Model& model, const StudyChip& chip, int activation_bits,
                      const std::vector<int>& bits, const std::string& what,
                      plugin::Context& context, PrecisionStudy& study) {
  try {
    return energy_of(model, chip, activation_bits, bits, context);
  } catch (const base::Error& error) {
    const std::string note = "No energy of " + what + " on " + chip.architecture.id + ": " +
                             error.diagnostic().message + '.';
    if (std::find(study.notes.begin(), study.notes.end(), note) == study.notes.end()) {
      study.notes.push_back(note);
    }
    return std::numeric_limits<double>::quiet_NaN();
  }
}

/// Estimates of many maps warn of the same: each warning is passed on once.
class WarnedOnce {
 public:
  explicit WarnedOnce(plugin::Context& context)
      : context_(context), own_(*context.diagnostics), sink_([this](const base::Diagnostic& one) {
          if (told_.insert(base::to_string(one)).second) own_.report(one);
        }) {
    context_.diagnostics = &sink_;
  }
  ~WarnedOnce() { context_.diagnostics = &own_; }
  WarnedOnce(const WarnedOnce&) = delete;
  WarnedOnce& operator=(const WarnedOnce&) = delete;

 private:
  plugin::Context& context_;
  base::DiagnosticSink& own_;
  std::set<std::string> told_;
  base::DiagnosticSink sink_;
};

}  // namespace

quantisation::MapCost map_cost(const quantisation::Model& model, const StudyChip& chip,
                               const architecture::Architecture& architecture, int activation_bits,
                               plugin::Context& context) {
  precision::LayerPrecision form;
  form.activation_bits = activation_bits;
  return {*model.network,
          model.workload,
          {architecture, *chip.estimator, chip.parameters, context, form}};
}

void add_costs(const quantisation::Model& model, const std::vector<StudyChip>& chips,
               int activation_bits, plugin::Context& context, PrecisionStudy& study) {
  constexpr int half_precision_bits = 16;
  const WarnedOnce once(context);
  std::vector<double> whole;
  whole.reserve(chips.size());
  const std::vector<int> half_precision(study.layers.size(), half_precision_bits);
  for (const StudyChip& chip : chips) {
    whole.push_back(energy_or_note(model, chip, activation_bits, half_precision,
                                   "weights of 16 bits", context, study));
  }
  for (const quantisation::DrawOutcome& draw : study.draws) {
    auto& by_method = study.costs.emplace_back();
    for (const quantisation::MethodOutcome& one : draw.methods) {
      auto& by_chip = by_method.emplace_back();
      for (std::size_t k = 0; k < chips.size() && !one.bits.empty(); ++k) {
        const auto arrays =
            map_cost(model, chips[k], chips[k].architecture, activation_bits, context)
                .arrays(one.bits);
        by_chip.push_back({energy_or_note(model, chips[k], activation_bits, one.bits,
                                          "the cheapest maps", context, study),
                           whole[k], arrays.value_or(std::numeric_limits<double>::quiet_NaN())});
      }
    }
  }
}

}  // namespace neucasl::flow
