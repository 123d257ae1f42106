#include "sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "neucasl/architecture/links.hpp"
#include "ratios.hpp"

namespace neucasl::comparison {
namespace {

using architecture::Architecture;
using architecture::Quantity;

/// What one end of a move gives.
struct End {
  std::optional<double> ratio;
  std::string reason;
};

/// By what a quantity is multiplied.
struct Factors {
  double low = 1.0;
  double high = 1.0;
};

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool published(const std::string& path) { return name_of(path).starts_with("published_"); }

/// A level in decibels: moved by a share of the power that it stands for. Losses in decibels are
/// moved by a share of themselves, as those of a length are.
bool is_level(const std::string& path) { return name_of(path) == "intensity_noise_db"; }

Factors factors_of(const device::Number& number, const std::string& path, double share) {
  const double value = number.value.value;
  Factors result{1.0 - share, 1.0 + share};
  if (is_level(path)) {
    constexpr double decibels = 10.0;
    result = {1.0 + decibels * std::log10(1.0 - share) / value,
              1.0 + decibels * std::log10(1.0 + share) / value};
  }
  return value < 0.0 && !is_level(path) ? Factors{result.high, result.low} : result;
}

/// A quantity of one architecture, or of both when they take it from the same card.
struct Planned {
  Move move;
  Factors factors;
  const Quantity* own = nullptr;
  const Quantity* other = nullptr;
};

class Mover {
 public:
  Mover(const Comparison& comparison, const Sensitivity& sensitivity,
        const ComparisonResult& outcomes, const Estimate& estimate, const Options& options)
      : comparison_(comparison),
        sensitivity_(sensitivity),
        estimate_(estimate),
        options_(options),
        own_(side(outcomes, sensitivity.architecture)),
        other_(side(outcomes, sensitivity.baseline)) {}

  SensitivityResult run() {
    SensitivityResult result;
    result.sensitivity = sensitivity_;
    if (!own_.value || !other_.value || !usable(*own_.value) || !usable(*other_.value)) {
      return result;
    }
    result.ratio = *own_.value / *other_.value;
    std::vector<Planned> planned = plan();
    std::size_t done = 0;
    std::mutex mutex;
    base::parallel_for(planned.size(), options_.threads, options_.cancel, [&](std::size_t k) {
      run(planned[k]);
      const std::lock_guard lock(mutex);
      ++done;
      if (options_.progress) options_.progress("moved numbers", done, planned.size());
    });
    sort(planned, result);
    return result;
  }

 private:
  struct Side {
    Architecture architecture;
    std::vector<Quantity> quantities;
    std::optional<double> value;
  };

  Side side(const ComparisonResult& outcomes, const std::string& id) const {
    Side result;
    for (const Entrant& one : comparison_.entrants) {
      if (one.architecture.id == id) result.architecture = one.architecture;
    }
    const Outcome* outcome =
        outcomes.find(comparison_, id, sensitivity_.network, sensitivity_.phase);
    if (outcome->figures.empty()) return result;
    set_chips(result.architecture, outcome->chips);
    result.value = figure_of(outcome->figures, sensitivity_.figure, sensitivity_.where);
    result.quantities = architecture::quantities(result.architecture);
    return result;
  }

  /// A variation of any of the numbers, else the spread of the first, else the share of all.
  [[nodiscard]] Factors factors_of(const Side& one, const Quantity& quantity,
                                   const std::string& first) const {
    const device::Number& number = number_at(one.architecture, first);
    for (const architecture::LinkedNumber& member : quantity.numbers) {
      for (const Variation& given : comparison_.variations) {
        if (given.architecture == one.architecture.id && given.path == member.path) {
          return comparison::factors_of(number, first, given.share);
        }
      }
    }
    if (!number.spread) return comparison::factors_of(number, first, sensitivity_.share);
    const double sigma = number.spread->sigma;
    if (number.spread->distribution == "lognormal") return {std::exp(-sigma), std::exp(sigma)};
    const double share = number.spread->relative ? sigma : sigma / std::abs(number.value.value);
    return comparison::factors_of(number, first, share);
  }

  /// The number that a quantity is listed by: the first that may be moved.
  [[nodiscard]] const std::string* first_of(const Side& one, const Quantity& quantity) const {
    for (const architecture::LinkedNumber& member : quantity.numbers) {
      const device::Number& number = number_at(one.architecture, member.path);
      if (member.power != 1 || published(member.path) || number.value.value == 0.0) continue;
      if (!wanted(number.kind)) continue;
      if (!sensitivity_.counts && is_whole(one.architecture, member.path)) continue;
      return &member.path;
    }
    return nullptr;
  }

  [[nodiscard]] bool wanted(device::Kind kind) const {
    const std::vector<device::Kind>& kinds = sensitivity_.kinds;
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }

  [[nodiscard]] std::vector<Planned> plan() const {
    std::vector<Planned> result;
    for (const Quantity& quantity : own_.quantities) {
      const std::string* first = first_of(own_, quantity);
      if (first == nullptr) continue;
      Planned planned = planned_of(own_, quantity, *first);
      planned.own = &quantity;
      planned.other = same_card_number(quantity);
      if (planned.other != nullptr) name_others(other_, *planned.other, "", planned.move);
      result.push_back(std::move(planned));
    }
    for (const Quantity& quantity : other_.quantities) {
      const bool moved = std::any_of(result.begin(), result.end(),
                                     [&](const Planned& one) { return one.other == &quantity; });
      const std::string* first = first_of(other_, quantity);
      if (moved || first == nullptr) continue;
      result.push_back(planned_of(other_, quantity, *first));
      result.back().other = &quantity;
    }
    return result;
  }

  /// The other architecture's, of the same number of the same card.
  [[nodiscard]] const Quantity* same_card_number(const Quantity& quantity) const {
    if (quantity.card_number.empty()) return nullptr;
    for (const Quantity& one : other_.quantities) {
      if (one.card_number == quantity.card_number) return &one;
    }
    return nullptr;
  }

  [[nodiscard]] Planned planned_of(const Side& one, const Quantity& quantity,
                                   const std::string& first) const {
    const device::Number& number = number_at(one.architecture, first);
    Planned result;
    Move& move = result.move;
    move.architecture = one.architecture.id;
    move.path = first;
    move.kind = number.kind;
    move.value = move.low = move.high = number.value;
    result.factors = factors_of(one, quantity, first);
    if (is_whole(one.architecture, first)) {
      const double value = number.value.value;
      const double step = std::max(1.0, std::round((result.factors.high - 1.0) * value));
      result.factors = {(value - step) / value, (value + step) / value};
    }
    move.low.value *= result.factors.low;
    move.high.value *= result.factors.high;
    name_others(one, quantity, first, move);
    return result;
  }

  static void name_others(const Side& one, const Quantity& quantity, const std::string& first,
                          Move& move) {
    for (const architecture::LinkedNumber& member : quantity.numbers) {
      if (member.path == first) continue;
      move.together.push_back(one.architecture.id + ": " + member.path);
    }
  }

  void run(Planned& planned) const {
    Move& move = planned.move;
    const End low = end(planned, planned.factors.low);
    const End high = end(planned, planned.factors.high);
    move.ratio_at_low = low.ratio;
    move.ratio_at_high = high.ratio;
    move.reason = low.reason.empty() ? high.reason : low.reason;
  }

  [[nodiscard]] End end(const Planned& planned, double factor) const {
    try {
      const double own = figure_at(own_, planned.own, factor);
      const double other = figure_at(other_, planned.other, factor);
      if (usable(own) && usable(other)) return {own / other, {}};
      return {std::nullopt, "'" + sensitivity_.figure + "' is not above 0"};
    } catch (const base::Error& error) {
      if (error.diagnostic().code == "comparison.figure") throw;
      return {std::nullopt, error.diagnostic().message};
    }
  }

  [[nodiscard]] double figure_at(const Side& one, const Quantity* quantity, double factor) const {
    if (quantity == nullptr) return *one.value;
    Architecture changed = one.architecture;
    scale(changed, *quantity, factor, sensitivity_.where);
    finish_changes(changed);
    return figure_of(estimate_(changed, network(), phase()), sensitivity_.figure,
                     sensitivity_.where);
  }

  [[nodiscard]] const Network& network() const {
    return *std::find_if(comparison_.networks.begin(), comparison_.networks.end(),
                         [&](const Network& one) { return one.name == sensitivity_.network; });
  }
  [[nodiscard]] const Phase& phase() const {
    return *std::find_if(comparison_.phases.begin(), comparison_.phases.end(),
                         [&](const Phase& one) { return one.name == sensitivity_.phase; });
  }

  static void sort(std::vector<Planned>& planned, SensitivityResult& result) {
    // Less is the rounding of sums.
    constexpr double least = 1e-12;
    double sum = 0.0;
    double assumed = 0.0;
    for (Planned& one : planned) {
      Move& move = one.move;
      const double effect = move.effect(*result.ratio);
      sum += effect * effect;
      if (move.kind == device::Kind::assumed) assumed += effect * effect;
      if (effect > least || !move.reason.empty()) {
        result.moves.push_back(std::move(move));
      } else {
        ++result.without_effect;
      }
    }
    if (sum > 0.0) result.assumed_effect = assumed / sum;
    std::stable_sort(result.moves.begin(), result.moves.end(), [&](const Move& a, const Move& b) {
      return a.effect(*result.ratio) > b.effect(*result.ratio);
    });
  }

  const Comparison& comparison_;
  const Sensitivity& sensitivity_;
  const Estimate& estimate_;
  const Options& options_;
  Side own_;
  Side other_;
};

}  // namespace

double figure_of(const std::vector<results::Figure>& figures, const std::string& name,
                 const base::Location& where) {
  std::vector<std::string> known;
  known.reserve(figures.size());
  for (const results::Figure& figure : figures) {
    if (figure.key == name) return figure.value;
    known.push_back(figure.key);
  }
  throw base::Error("comparison.figure", "the estimator gives no figure '" + name + "'",
                    base::suggest(name, known), where);
}

double Move::effect(double ratio) const {
  double largest = 0.0;
  for (const std::optional<double>& end : {ratio_at_low, ratio_at_high}) {
    if (end) largest = std::max(largest, std::abs(std::log(*end / ratio)));
  }
  return largest;
}

SensitivityResult run_sensitivity(const Comparison& comparison, const Sensitivity& sensitivity,
                                  const ComparisonResult& outcomes, const Estimate& estimate,
                                  const Options& options) {
  return Mover(comparison, sensitivity, outcomes, estimate, options).run();
}

}  // namespace neucasl::comparison
