#include "sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace neucasl::comparison {
namespace {

using architecture::Architecture;

/// What one end of a move gives.
struct End {
  std::optional<double> ratio;
  std::string reason;
};

bool published(const std::string& path) {
  return path.substr(path.rfind('/') + 1).starts_with("published_");
}

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
    if (!own_.value || !other_.value) return result;
    result.ratio = *own_.value / *other_.value;
    std::vector<Move> moves = planned();
    std::size_t done = 0;
    std::mutex mutex;
    base::parallel_for(moves.size(), options_.threads, options_.cancel, [&](std::size_t k) {
      run(moves[k]);
      const std::lock_guard lock(mutex);
      ++done;
      if (options_.progress) options_.progress("moved numbers", done, moves.size());
    });
    sort(moves, result);
    return result;
  }

 private:
  struct Side {
    Architecture architecture;
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
    return result;
  }

  [[nodiscard]] double share_of(const std::string& id, const std::string& path,
                                const device::Number& number) const {
    for (const Variation& one : comparison_.variations) {
      if (one.architecture == id && one.path == path) return one.share;
    }
    if (!number.spread || number.value.value == 0.0) return sensitivity_.share;
    const double sigma = number.spread->sigma;
    return number.spread->distribution == "lognormal" ? std::expm1(sigma)
                                                      : sigma / std::abs(number.value.value);
  }

  [[nodiscard]] bool wanted(device::Kind kind) const {
    const std::vector<device::Kind>& kinds = sensitivity_.kinds;
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }

  [[nodiscard]] std::vector<Move> planned() const {
    std::vector<Move> moves;
    for (const Side* one : {&own_, &other_}) {
      for (const std::string& path : number_paths(one->architecture)) {
        const device::Number& number = number_at(one->architecture, path);
        if (published(path) || number.value.value == 0.0) continue;
        const bool count = is_whole(one->architecture, path);
        if (!wanted(number.kind) || (count && !sensitivity_.counts)) continue;
        const double share = share_of(one->architecture.id, path, number);
        Move move;
        move.architecture = one->architecture.id;
        move.path = path;
        move.kind = number.kind;
        move.value = move.low = move.high = number.value;
        double step = share * number.value.value;
        if (count) step = std::max(1.0, std::round(step));
        move.low.value -= step;
        move.high.value += step;
        moves.push_back(std::move(move));
      }
    }
    return moves;
  }

  void run(Move& move) const {
    const End low = end(move, move.low);
    const End high = end(move, move.high);
    move.ratio_at_low = low.ratio;
    move.ratio_at_high = high.ratio;
    move.reason = low.reason.empty() ? high.reason : low.reason;
  }

  [[nodiscard]] End end(const Move& move, const base::Quantity& value) const {
    const bool own = move.architecture == own_.architecture.id;
    Architecture changed = own ? own_.architecture : other_.architecture;
    const architecture::Origin origin{move.kind, {"comparison", "", comparison_.title}, "moved"};
    try {
      set_number(changed, move.path, value, origin, sensitivity_.where);
      finish_changes(changed);
      const double figure = figure_of(estimate_(changed, network(), phase()), sensitivity_.figure,
                                      sensitivity_.where);
      return {own ? figure / *other_.value : *own_.value / figure, {}};
    } catch (const base::Error& error) {
      if (error.diagnostic().code == "comparison.figure") throw;
      return {std::nullopt, error.diagnostic().message};
    }
  }

  [[nodiscard]] const Network& network() const {
    return *std::find_if(comparison_.networks.begin(), comparison_.networks.end(),
                         [&](const Network& one) { return one.name == sensitivity_.network; });
  }
  [[nodiscard]] const Phase& phase() const {
    return *std::find_if(comparison_.phases.begin(), comparison_.phases.end(),
                         [&](const Phase& one) { return one.name == sensitivity_.phase; });
  }

  static void sort(std::vector<Move>& moves, SensitivityResult& result) {
    // Less is the rounding of sums.
    constexpr double least = 1e-12;
    double sum = 0.0;
    double assumed = 0.0;
    for (Move& move : moves) {
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
